package dev.lifeboat.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A large file or block device that is read once, past the page cache (man open(2), {@code O_DIRECT}): it costs less of
 * the processor, and the memory of the machines beside it stays theirs. Where the file system does not offer that, it
 * is read as usual. Safe for use by several threads.
 */
public final class UncachedFile implements AutoCloseable {

    /** What every disk that is sold today takes as an alignment. */
    static final int ALIGNMENT = 4096;

    /** Large enough for a disk's full speed, small enough for the processor's cache. */
    static final int STEP = 1 << 20;

    private static final int KEPT_BUFFERS = 16;

    /**
     * The JDK has the option in a class outside of its standard, which a compiler warns of; so it is asked for by name.
     */
    static final Optional<OpenOption> DIRECT = Arrays.stream(namedOptions())
            .filter(option -> option.toString().equals("DIRECT"))
            .findFirst();

    private final FileChannel content;
    private final boolean aligned;
    private final BlockingQueue<ByteBuffer> buffers = new ArrayBlockingQueue<>(KEPT_BUFFERS);

    private UncachedFile(FileChannel content, boolean aligned) {
        this.content = content;
        this.aligned = aligned;
    }

    private static OpenOption[] namedOptions() {
        try {
            Object[] options =
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
            return Arrays.copyOf(options, options.length, OpenOption[].class);
        } catch (ClassNotFoundException e) {
            return new OpenOption[0];
        }
    }

    /** Opens a file for reading. */
    public static UncachedFile open(Path file) throws IOException {
        FileChannel direct = openDirect(file);
        return direct == null
                ? new UncachedFile(FileChannel.open(file, StandardOpenOption.READ), false)
                : new UncachedFile(direct, true);
    }

    private static @Nullable FileChannel openDirect(Path file) throws IOException {
        if (DIRECT.isEmpty()) {
            return null;
        }
        FileChannel direct;
        try {
            direct = FileChannel.open(file, StandardOpenOption.READ, DIRECT.get());
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
        try {
            // Some file systems take the flag and then no reading.
            int _ = direct.read(buffer().limit(ALIGNMENT), 0);
            return direct;
        } catch (IOException e) {
            direct.close();
            return null;
        }
    }

    static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(STEP + ALIGNMENT)
                .alignedSlice(ALIGNMENT)
                .limit(STEP);
    }

    /**
     * Reads from an offset on until the buffer is full.
     *
     * @return whether it could be filled; not, when the file ends before
     */
    public boolean read(long offset, ByteBuffer into) throws IOException {
        long at = offset;
        while (into.hasRemaining()) {
            int count = aligned ? readAligned(at, into) : content.read(into, at);
            if (count <= 0) {
                return false;
            }
            at += count;
        }
        return true;
    }

    private int readAligned(long offset, ByteBuffer into) throws IOException {
        long start = offset - offset % ALIGNMENT;
        int before = (int) (offset - start);
        int wanted = Math.min(into.remaining(), STEP - ALIGNMENT - before);
        int rounded = (before + wanted + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer kept = buffers.poll();
        ByteBuffer step = kept == null ? buffer() : kept;
        try {
            int count = content.read(step.clear().limit(rounded), start);
            int usable = Math.min(count - before, wanted);
            if (usable > 0) {
                into.put(step.flip().slice(before, usable));
            }
            return usable;
        } finally {
            // One too many is left to the garbage collector.
            boolean _ = buffers.offer(step);
        }
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
