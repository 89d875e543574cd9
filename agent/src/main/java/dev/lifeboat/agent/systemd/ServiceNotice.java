package dev.lifeboat.agent.systemd;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager that the agent is ready, alive, or stopping: one datagram each to the socket that it named.
 * Without such a socket nothing is done, and a notice that cannot be given is logged and forgotten: the agent does not
 * depend on it. Safe for use by several threads. Source: sd_notify(3), sd_watchdog_enabled(3), unix(7).
 */
public final class ServiceNotice {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceNotice.class);

    private static final String SOCKET = "NOTIFY_SOCKET";
    private static final String WATCHDOG = "WATCHDOG_USEC";

    private final @Nullable String socket;
    private final Map<String, String> environment;

    /** A notice to the manager that this environment names. */
    public ServiceNotice(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        this.socket = environment.get(SOCKET);
    }

    /** How often the manager wants to hear that the agent lives: half of the time after which it kills it. */
    public Optional<Duration> interval() {
        try {
            return Optional.ofNullable(environment.get(WATCHDOG))
                    .map(Long::parseLong)
                    .filter(micros -> micros > 0)
                    .map(micros -> Duration.ofNanos(micros * 1000 / 2));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Everything that was configured is under way. */
    public void ready() {
        tell("READY=1");
    }

    /** Nothing hangs. */
    public void alive() {
        tell("WATCHDOG=1");
    }

    /** The agent ends of its own will. */
    public void stopping() {
        tell("STOPPING=1");
    }

    private void tell(String notice) {
        String to = socket;
        if (to != null && !to.isEmpty()) {
            try {
                Datagram.send(to, notice);
            } catch (IOException e) {
                LOG.warn("The service manager could not be told {}: {}", notice, e.getMessage());
            }
        }
    }

    /** A datagram to a Unix socket, for which the JDK has no class. */
    private static final class Datagram {
        private static final short AF_UNIX = 1;
        private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
        private static final int MSG_NOSIGNAL = 0x4000;
        private static final int MOST_PATH_BYTES = 108;

        private static final Linker LINKER = Linker.nativeLinker();
        private static final MethodHandle SOCKET =
                bind("socket", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        private static final MethodHandle SENDTO = bind(
                "sendto",
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT);
        private static final MethodHandle CLOSE = bind("close", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

        private Datagram() {}

        /** Restricted: the launcher grants native access, and the three shapes are those of the manual pages. */
        @SuppressWarnings("restricted")
        private static MethodHandle bind(String name, MemoryLayout answer, MemoryLayout... arguments) {
            return LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(answer, arguments));
        }

        /** @param to a path, or an abstract name that begins with @ */
        static void send(String to, String text) throws IOException {
            byte[] path = to.getBytes(StandardCharsets.UTF_8);
            if (path.length >= MOST_PATH_BYTES) {
                throw new IOException("the name of its socket is too long");
            }
            if (path[0] == '@') {
                path[0] = 0;
            }
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment address = arena.allocate(Short.BYTES + MOST_PATH_BYTES);
                address.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
                MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, Short.BYTES, path.length);
                byte[] content = text.getBytes(StandardCharsets.UTF_8);
                send(arena.allocateFrom(ValueLayout.JAVA_BYTE, content), address, Short.BYTES + path.length);
            }
        }

        private static void send(MemorySegment content, MemorySegment address, int addressLength) throws IOException {
            try {
                int descriptor = (int) SOCKET.invokeExact((int) AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
                if (descriptor < 0) {
                    throw new IOException("no socket could be made");
                }
                long sent = (long) SENDTO.invokeExact(
                        descriptor, content, content.byteSize(), MSG_NOSIGNAL, address, addressLength);
                int closed = (int) CLOSE.invokeExact(descriptor);
                if (sent != content.byteSize() || closed < 0) {
                    throw new IOException("its socket does not take it");
                }
            } catch (IOException e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("a call of the C library failed", e);
            }
        }
    }
}
