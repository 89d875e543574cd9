package dev.lifeboat.vault.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What a disk is copied to; it reads as zeros where nothing is written. {@link #write} is called by several threads.
 */
public interface DiskTarget {

    /**
     * Writes all that remains in the buffer at an offset.
     *
     * @throws IOException when it cannot be written
     */
    void write(long offset, ByteBuffer content) throws IOException;

    /**
     * Everything before this offset was written: a place from which to go on after a crash, once it is durable. Called
     * by the thread that copies.
     *
     * @throws IOException when it cannot be made durable
     */
    void reached(long offset) throws IOException;
}
