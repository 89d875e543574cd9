package dev.lifeboat.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Keeps the memory of this process to itself, as far as the kernel can: no core dump is written, no other process but
 * root's may look into it or attach to it, and it does not go to the swap space. Source: prctl(2), setrlimit(2),
 * mlockall(2).
 *
 * @param undumpable whether there are no core dumps, and only root may look
 * @param locked whether nothing goes to the swap space; the kernel may refuse it where it limits locked memory
 */
public record ProcessSecrecy(boolean undumpable, boolean locked) {

    private static final int PR_SET_DUMPABLE = 4;
    private static final int RLIMIT_CORE = 4;
    private static final int MCL_CURRENT = 1;
    private static final int MCL_FUTURE = 2;

    /** Pages are locked when they are first touched: the process does not grow by what it has reserved. */
    private static final int MCL_ONFAULT = 4;

    /** Asks the kernel for all of it, for the rest of the life of this process. To be done before a secret is read. */
    public static ProcessSecrecy begin() {
        try (Arena arena = Arena.ofConfined()) {
            int dumpable = (int) LibC.PRCTL.invokeExact(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
            MemorySegment none = arena.allocate(ValueLayout.JAVA_LONG, 2);
            int core = (int) LibC.SETRLIMIT.invokeExact(RLIMIT_CORE, none);
            // With MCL_CURRENT it fails as a whole where a limit would stop the process later.
            int locked = (int) LibC.MLOCKALL.invokeExact(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
            return new ProcessSecrecy(dumpable == 0 && core == 0, locked == 0);
        } catch (Throwable e) {
            throw new IllegalStateException("a call of the C library failed", e);
        }
    }

    /** The three calls of the C library that it takes. */
    private static final class LibC {
        private static final Linker LINKER = Linker.nativeLinker();
        private static final MethodHandle PRCTL = bind(
                "prctl",
                1,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG);
        private static final MethodHandle SETRLIMIT = bind("setrlimit", 0, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
        private static final MethodHandle MLOCKALL = bind("mlockall", 0, ValueLayout.JAVA_INT);

        /** Restricted: the launcher grants native access, and the shapes above are those of the manual pages. */
        @SuppressWarnings("restricted")
        private static MethodHandle bind(String name, int firstVariadic, MemoryLayout... arguments) {
            MemorySegment symbol = LINKER.defaultLookup().findOrThrow(name);
            FunctionDescriptor shape = FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments);
            return firstVariadic > 0
                    ? LINKER.downcallHandle(symbol, shape, Linker.Option.firstVariadicArg(firstVariadic))
                    : LINKER.downcallHandle(symbol, shape);
        }
    }
}
