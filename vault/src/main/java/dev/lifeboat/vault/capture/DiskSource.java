package dev.lifeboat.vault.capture;

import dev.lifeboat.vault.pack.Block;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The content of a disk at one moment. All methods but {@link #close} are called by several threads at once.
 *
 * <p>The content must not change while it is read; a source that notices a change fails.
 */
public interface DiskSource extends AutoCloseable {

    /** Of the disk, in bytes. */
    long size();

    /**
     * Fills a buffer from an offset on; the range is inside of the disk.
     *
     * @throws IOException when it cannot be read
     */
    void read(long offset, ByteBuffer into) throws IOException, InterruptedException;

    /**
     * Whether a range is known, without reading it, to be all zeros.
     *
     * @throws IOException when it cannot be found out
     */
    boolean isHole(long offset, long length) throws IOException, InterruptedException;

    /**
     * Which blocks of a range may hold something else than zeros, found out without reading them: bit i is the i-th
     * block from the offset on.
     *
     * @param blocks at most 64
     * @throws IOException when it cannot be found out
     */
    default long dataBlocks(long offset, int blocks) throws IOException, InterruptedException {
        long length = Math.min((long) blocks * Block.SIZE, size() - offset);
        return isHole(offset, length) ? 0 : -1L;
    }

    /**
     * Called when all was read: the last chance to say that the content changed meanwhile.
     *
     * @throws IOException when it did
     */
    default void requireUnchanged() throws IOException {}

    @Override
    void close() throws IOException;
}
