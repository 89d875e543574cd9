package dev.lifeboat.offline;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An image that is being written. {@link #write} is called by several threads. */
interface ExportTarget extends AutoCloseable {

    /** Writes all that remains in the buffer at an offset of the disk. */
    void write(long offset, ByteBuffer content) throws IOException;

    /** Returns when all that was written is durable. */
    void flush() throws IOException;

    @Override
    void close() throws IOException;
}
