package dev.lifeboat.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Writes whole pages of a large file past the page cache, as {@link UncachedFile} reads them. Where the file system
 * does not offer that it writes nothing, and whoever uses it writes as usual. Safe for use by several threads.
 */
public final class UncachedOutput implements AutoCloseable {

    private static final int KEPT_BUFFERS = 16;

    private final @Nullable FileChannel direct;
    private final BlockingQueue<ByteBuffer> buffers = new ArrayBlockingQueue<>(KEPT_BUFFERS);

    private UncachedOutput(@Nullable FileChannel direct) {
        this.direct = direct;
    }

    /** Of a file that exists. */
    public static UncachedOutput open(Path file) {
        if (UncachedFile.DIRECT.isEmpty()) {
            return new UncachedOutput(null);
        }
        try {
            return new UncachedOutput(FileChannel.open(file, StandardOpenOption.WRITE, UncachedFile.DIRECT.get()));
        } catch (IOException | UnsupportedOperationException e) {
            return new UncachedOutput(null);
        }
    }

    /**
     * Writes as many whole pages of what remains in the buffer as it can.
     *
     * @return how many bytes were written, which the buffer has no more; the rest is the caller's to write
     */
    public int write(long offset, ByteBuffer content) {
        FileChannel channel = direct;
        if (channel == null || offset % UncachedFile.ALIGNMENT != 0) {
            return 0;
        }
        ByteBuffer kept = buffers.poll();
        ByteBuffer step = kept == null ? UncachedFile.buffer() : kept;
        int done = 0;
        try {
            while (content.remaining() >= UncachedFile.ALIGNMENT) {
                int length = Math.min(UncachedFile.STEP, content.remaining());
                length -= length % UncachedFile.ALIGNMENT;
                step.clear().put(content.slice(content.position(), length)).flip();
                if (channel.write(step, offset + done) != length) {
                    return done;
                }
                content.position(content.position() + length);
                done += length;
            }
        } catch (IOException e) {
            // Whatever is wrong, writing the rest as usual will meet it and say so.
            return done;
        } finally {
            // One too many is left to the garbage collector.
            boolean _ = buffers.offer(step);
        }
        return done;
    }

    @Override
    public void close() throws IOException {
        FileChannel channel = direct;
        if (channel != null) {
            channel.close();
        }
    }
}
