package dev.lifeboat.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file with the plain content of a disk. Its length is that of the disk and does not change. Java cannot ask a file
 * where its holes are, so block status reads ahead and looks for zeroes, and reads do not ask it; zeroes are written as
 * such.
 *
 * <p>Safe for several threads, none of which may be interrupted: an interrupt closes a {@link FileChannel}.
 */
public final class FileExport implements NbdExport {

    /** What zeroes are looked for in: the size of a cluster of most image formats. */
    private static final int GRAIN_BYTES = 1 << 16;
    /** What one question for the block status reads at most. */
    private static final int MOST_GRAINS = 256;

    private final String name;
    private final FileChannel file;
    private final long size;
    private final boolean writable;

    private FileExport(String name, FileChannel file, boolean writable) throws IOException {
        this.name = name;
        this.file = file;
        this.size = file.size();
        this.writable = writable;
    }

    /** A disk that clients can only read. */
    public static FileExport readOnly(String name, Path path) throws IOException {
        return new FileExport(name, FileChannel.open(path, StandardOpenOption.READ), false);
    }

    /** A disk that clients can write to. */
    public static FileExport writable(String name, Path path) throws IOException {
        return new FileExport(name, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE), true);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public boolean writable() {
        return writable;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        long at = offset;
        while (into.hasRemaining()) {
            int count = file.read(into, at);
            if (count < 0) {
                throw new EOFException("the file has become shorter");
            }
            at += count;
        }
    }

    @Override
    public void write(long offset, ByteBuffer from, boolean fua) throws IOException {
        long at = offset;
        while (from.hasRemaining()) {
            at += file.write(from, at);
        }
        if (fua) {
            flush();
        }
    }

    @Override
    public void writeZeroes(long offset, long length, boolean punchHole, boolean fua) throws IOException {
        ByteBuffer zeroes = ByteBuffer.allocateDirect((int) Math.min(length, GRAIN_BYTES));
        for (long at = offset, end = offset + length; at < end; ) {
            zeroes.clear().limit((int) Math.min(end - at, GRAIN_BYTES));
            int step = zeroes.remaining();
            write(at, zeroes, false);
            at += step;
        }
        if (fua) {
            flush();
        }
    }

    @Override
    public void flush() throws IOException {
        if (writable) {
            file.force(false);
        }
    }

    @Override
    public List<Extent> blockStatus(long offset, long length, boolean one) throws IOException {
        ByteBuffer grain = ByteBuffer.allocate(GRAIN_BYTES);
        List<Extent> extents = new ArrayList<>();
        long at = offset;
        long end = offset + length;
        long same = 0;
        boolean zero = false;
        for (int count = 0; count < MOST_GRAINS && at < end; count++) {
            long step = Math.min(end - at, GRAIN_BYTES - at % GRAIN_BYTES);
            grain.clear().limit((int) step);
            read(at, grain);
            boolean zeroNow = allZero(grain.flip());
            if (same > 0 && zeroNow != zero) {
                extents.add(extent(same, zero));
                same = 0;
                if (one) {
                    return extents;
                }
            }
            zero = zeroNow;
            same += step;
            at += step;
        }
        extents.add(extent(same, zero));
        return extents;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static Extent extent(long length, boolean zero) {
        return new Extent(length, zero ? Extent.ZERO : 0);
    }

    private static boolean allZero(ByteBuffer buffer) {
        while (buffer.remaining() >= Long.BYTES) {
            if (buffer.getLong() != 0) {
                return false;
            }
        }
        while (buffer.hasRemaining()) {
            if (buffer.get() != 0) {
                return false;
            }
        }
        return true;
    }
}
