package dev.lifeboat.host;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/**
 * Tells the holes of a file from its data, by {@code lseek} with {@code SEEK_DATA} (man lseek(2)). A file system that
 * does not know holes says that all is data. Safe for use by several threads.
 */
public final class SparseFile implements AutoCloseable {

    private static final int READ_ONLY_AND_CLOSE_ON_EXEC = 0x80000;
    private static final int SEEK_END = 2;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    /** The answer to {@code SEEK_DATA} when there is no data from the offset on; see errno(3). */
    private static final int ENXIO = 6;

    private static final SymbolLookup C = Linker.nativeLinker().defaultLookup();
    private static final MethodHandle OPEN =
            function("open", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle SEEK = function(
            "lseek",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    private static final MethodHandle SEEK_WITH_REASON = function(
            "lseek",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT),
            Linker.Option.captureCallState("errno"));
    private static final StructLayout REASON_LAYOUT = Linker.Option.captureStateLayout();
    private static final VarHandle REASON = REASON_LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle CLOSE =
            function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private final int descriptor;
    private final long size;

    private SparseFile(int descriptor, long size) {
        this.descriptor = descriptor;
        this.size = size;
    }

    /**
     * Opens a file or a block device for looking.
     *
     * @throws IOException when it cannot be opened
     */
    public static SparseFile open(Path file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(file.toString());
            int descriptor = (int) OPEN.invokeExact(name, READ_ONLY_AND_CLOSE_ON_EXEC);
            if (descriptor < 0) {
                throw new IOException(file + " cannot be opened");
            }
            return new SparseFile(descriptor, (long) SEEK.invokeExact(descriptor, 0L, SEEK_END));
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Of the file or device when it was opened, in bytes. */
    public long size() {
        return size;
    }

    /**
     * Whether a range has no data. A file system that cannot tell, or fails to, makes it data: whoever then reads the
     * range hears of the failure, while a hole would be taken for zeros.
     */
    public boolean isHole(long offset, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment reason = arena.allocate(REASON_LAYOUT);
            long data = (long) SEEK_WITH_REASON.invokeExact(reason, descriptor, offset, SEEK_DATA);
            return data < 0 ? offset < size && (int) REASON.get(reason, 0L) == ENXIO : data >= offset + length;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first offset from here on at which there may be data; the size when there is none. */
    public long dataFrom(long offset) {
        if (offset >= size) {
            return size;
        }
        long data = seek(offset, SEEK_DATA);
        if (data >= 0) {
            return data;
        }
        return isHole(offset, size - offset) ? size : offset;
    }

    /** The first offset from here on at which there may be a hole; the size when there is none. */
    public long holeFrom(long offset) {
        long hole = offset >= size ? size : seek(offset, SEEK_HOLE);
        return hole < 0 ? size : Math.min(hole, size);
    }

    private long seek(long offset, int from) {
        try {
            return (long) SEEK.invokeExact(descriptor, offset, from);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            int _ = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, FunctionDescriptor shape, Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(C.findOrThrow(name), shape, options);
    }
}
