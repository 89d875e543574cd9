package dev.lifeboat.simulation;

import dev.lifeboat.host.NetworkNamespace;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hears all that passes the links of a network namespace, in and out, and remembers which links frames with certain
 * bytes in them have passed (packet(7)). It hears from its making until it is closed.
 */
final class PacketCapture implements AutoCloseable {

    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;

    /** ETH_P_ALL, in the order of the network. */
    private static final int ALL_PROTOCOLS = 0x0300;

    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_STATISTICS = 6;
    private static final int BUFFER_BYTES = 64 << 20;
    private static final int LARGEST_FRAME = 1 << 17;

    /** In a sockaddr_ll. */
    private static final int INTERFACE_AT = 4;

    private static final int ADDRESS_BYTES = 20;
    private static final int NAME_BYTES = 16;
    private static final long LOOK_UP_MICROSECONDS = 100_000;

    private final byte[] mark;
    private final Map<String, Integer> frames = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final CompletableFuture<Integer> missed = new CompletableFuture<>();
    private volatile boolean closed;

    /**
     * Begins to hear.
     *
     * @param process in the namespace
     * @param mark the bytes that a frame is remembered for
     */
    PacketCapture(long process, byte... mark) throws Exception {
        this.mark = mark.clone();
        Thread.ofPlatform().name("capture").daemon().start(() -> {
            try {
                missed.complete(NetworkNamespace.of(process).call(this::listen));
            } catch (Exception e) {
                begun.completeExceptionally(e);
                missed.completeExceptionally(e);
            }
        });
        begun.get();
    }

    /** How many frames with the mark have passed each link. */
    Map<String, Integer> frames() {
        return Map.copyOf(frames);
    }

    /** Ends the hearing. What was missed for want of room would make an answer worth nothing. */
    @Override
    public void close() {
        closed = true;
        int lost = missed.join();
        if (lost != 0) {
            throw new AssertionError("%d frames were missed".formatted(lost));
        }
    }

    private int listen() {
        try {
            return heard();
        } catch (Throwable e) {
            throw new IllegalStateException("a call of the C library failed", e);
        }
    }

    private int heard() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            int socket = (int) LibC.SOCKET.invokeExact(AF_PACKET, SOCK_RAW, ALL_PROTOCOLS);
            if (socket < 0) {
                throw new IllegalStateException("there is no packet socket");
            }
            try {
                option(socket, SO_RCVBUFFORCE, arena.allocateFrom(ValueLayout.JAVA_INT, BUFFER_BYTES));
                option(socket, SO_RCVTIMEO, arena.allocateFrom(ValueLayout.JAVA_LONG, 0L, LOOK_UP_MICROSECONDS));
                begun.complete(null);
                hear(socket, arena);
                MemorySegment statistics = arena.allocate(ValueLayout.JAVA_INT, 2);
                MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, (int) statistics.byteSize());
                int told = (int) LibC.GETSOCKOPT.invokeExact(socket, SOL_PACKET, PACKET_STATISTICS, statistics, length);
                return told == 0 ? statistics.getAtIndex(ValueLayout.JAVA_INT, 1) : -1;
            } finally {
                int _ = (int) LibC.CLOSE.invokeExact(socket);
            }
        }
    }

    private static void option(int socket, int name, MemorySegment value) throws Throwable {
        if ((int) LibC.SETSOCKOPT.invokeExact(socket, SOL_SOCKET, name, value, (int) value.byteSize()) != 0) {
            throw new IllegalStateException("option %d of a packet socket".formatted(name));
        }
    }

    private void hear(int socket, Arena arena) throws Throwable {
        MemorySegment frame = arena.allocate(LARGEST_FRAME);
        MemorySegment from = arena.allocate(ADDRESS_BYTES, Integer.BYTES);
        MemorySegment length = arena.allocate(ValueLayout.JAVA_INT);
        MemorySegment name = arena.allocate(NAME_BYTES);
        while (!closed) {
            length.set(ValueLayout.JAVA_INT, 0, ADDRESS_BYTES);
            long bytes = (long) LibC.RECVFROM.invokeExact(socket, frame, frame.byteSize(), 0, from, length);
            if (bytes > 0 && isMarked(frame.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE))) {
                int link = from.get(ValueLayout.JAVA_INT, INTERFACE_AT);
                MemorySegment found = (MemorySegment) LibC.IF_INDEXTONAME.invokeExact(link, name);
                String called = found.address() == 0 ? "link " + link : name.getString(0);
                frames.merge(called, 1, Integer::sum);
            }
        }
    }

    private boolean isMarked(byte[] frame) {
        for (int at = 0; at + mark.length <= frame.length; at++) {
            if (Arrays.equals(frame, at, at + mark.length, mark, 0, mark.length)) {
                return true;
            }
        }
        return false;
    }

    private static final class LibC {
        private static final Linker LINKER = Linker.nativeLinker();
        private static final ValueLayout INT = ValueLayout.JAVA_INT;
        private static final ValueLayout LONG = ValueLayout.JAVA_LONG;
        private static final ValueLayout POINTER = ValueLayout.ADDRESS;
        private static final MethodHandle SOCKET = bind("socket", INT, INT, INT, INT);
        private static final MethodHandle SETSOCKOPT = bind("setsockopt", INT, INT, INT, INT, POINTER, INT);
        private static final MethodHandle GETSOCKOPT = bind("getsockopt", INT, INT, INT, INT, POINTER, POINTER);
        private static final MethodHandle RECVFROM = bind("recvfrom", LONG, INT, POINTER, LONG, INT, POINTER, POINTER);
        private static final MethodHandle IF_INDEXTONAME = bind("if_indextoname", POINTER, INT, POINTER);
        private static final MethodHandle CLOSE = bind("close", INT, INT);

        private LibC() {}

        /** Restricted: tests are granted native access, and the shapes are those of the manual pages. */
        @SuppressWarnings("restricted")
        private static MethodHandle bind(String name, MemoryLayout answer, MemoryLayout... arguments) {
            return LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(answer, arguments));
        }
    }
}
