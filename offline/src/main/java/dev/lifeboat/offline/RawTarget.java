package dev.lifeboat.offline;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A sparse raw image. */
final class RawTarget implements ExportTarget {

    private final RandomAccessFile file;
    private final FileChannel content;

    private RawTarget(RandomAccessFile file) {
        this.file = file;
        this.content = file.getChannel();
    }

    /** Opens the file, or makes it. What it has already stays. */
    static RawTarget open(Path image, long size) throws IOException {
        RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw");
        file.setLength(size);
        return new RawTarget(file);
    }

    @Override
    public void write(long offset, ByteBuffer bytes) throws IOException {
        long at = offset;
        while (bytes.hasRemaining()) {
            at += content.write(bytes, at);
        }
    }

    @Override
    public void flush() throws IOException {
        content.force(true);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
