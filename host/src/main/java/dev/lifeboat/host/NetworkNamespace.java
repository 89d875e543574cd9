package dev.lifeboat.host;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A network namespace, such as that of a running process, entered by a thread.
 *
 * <p>Linux keeps the network namespace per thread, and a socket belongs for ever to the namespace of the thread that
 * made it. Work handed to {@link #call} therefore runs on a platform thread of its own, which enters the namespace
 * first and ends with the work: no thread that has been inside ever serves anything else. Only sockets that the work
 * makes on that very thread are inside; libraries that make theirs on other threads must not be used for it. Needs
 * root. Source: setns(2), network_namespaces(7).
 */
public final class NetworkNamespace {

    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 0x80000;
    private static final int CLONE_NEWNET = 0x40000000;

    /** Work that waits for an answer over the network notices an interruption only when it has it. */
    private static final Duration END_LIMIT = Duration.ofSeconds(20);

    private final Path file;

    private NetworkNamespace(Path file) {
        this.file = file;
    }

    /** The network namespace that this process is in. */
    public static NetworkNamespace of(long processId) {
        return new NetworkNamespace(Path.of("/proc", Long.toString(processId), "ns", "net"));
    }

    /** The one that a file leads to, such as {@code ip netns} makes in {@code /run/netns}. */
    public static NetworkNamespace at(Path file) {
        return new NetworkNamespace(file);
    }

    /**
     * Does the work inside and waits for it.
     *
     * @throws LifeboatException with {@link ErrorCode#HOST_NAMESPACES_REFUSED} when the namespace cannot be entered
     *     <p>When the calling thread is asked to stop, the work's thread is too and gets some time to end. If it ends
     *     well its result is given, and the calling thread stays interrupted.
     * @throws InterruptedException when the calling thread is asked to stop and the work did not end well
     * @throws Exception what the work threw
     */
    public <T> T call(Callable<T> work) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread inside = Thread.ofPlatform().daemon().name("in-" + file).start(() -> {
            try {
                enter();
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get();
        } catch (InterruptedException e) {
            inside.interrupt();
            return lastWords(result, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception failure) {
                throw failure;
            }
            throw new CompletionException(e.getCause());
        }
    }

    private static <T> T lastWords(CompletableFuture<T> result, InterruptedException interruption)
            throws InterruptedException {
        try {
            T words = result.get(END_LIMIT.toSeconds(), TimeUnit.SECONDS);
            Thread.currentThread().interrupt();
            return words;
        } catch (ExecutionException | TimeoutException e) {
            throw interruption;
        }
    }

    private void enter() {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) LibC.OPEN.invokeExact(arena.allocateFrom(file.toString()), O_RDONLY | O_CLOEXEC);
            if (descriptor < 0) {
                throw refused();
            }
            int answer = (int) LibC.SETNS.invokeExact(descriptor, CLONE_NEWNET);
            int closed = (int) LibC.CLOSE.invokeExact(descriptor);
            if (answer < 0 || closed < 0) {
                throw refused();
            }
        } catch (LifeboatException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a call of the C library failed", e);
        }
    }

    private LifeboatException refused() {
        return new LifeboatException(
                ErrorCode.HOST_NAMESPACES_REFUSED, "The network namespace %s could not be entered.".formatted(file));
    }

    /** The three calls of the C library that entering takes. */
    private static final class LibC {
        private static final Linker LINKER = Linker.nativeLinker();
        private static final MethodHandle OPEN = bind("open", true, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
        private static final MethodHandle SETNS = bind("setns", false, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        private static final MethodHandle CLOSE = bind("close", false, ValueLayout.JAVA_INT);

        /** Restricted: the launcher grants native access, and the three shapes below are those of the manual pages. */
        @SuppressWarnings("restricted")
        private static MethodHandle bind(String name, boolean variadic, MemoryLayout... arguments) {
            MemorySegment symbol = LINKER.defaultLookup().findOrThrow(name);
            FunctionDescriptor shape = FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments);
            return variadic
                    ? LINKER.downcallHandle(symbol, shape, Linker.Option.firstVariadicArg(arguments.length))
                    : LINKER.downcallHandle(symbol, shape);
        }
    }
}
