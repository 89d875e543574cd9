package dev.lifeboat.offline;

import dev.lifeboat.host.UncachedOutput;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A sparse raw image. */
final class RawTarget implements ExportTarget {

    private final RandomAccessFile file;
    private final FileChannel content;
    private final UncachedOutput pages;

    private RawTarget(RandomAccessFile file, UncachedOutput pages) {
        this.file = file;
        this.pages = pages;
        this.content = file.getChannel();
    }

    /**
     * Opens the file, or makes it.
     *
     * @param goOn whether what it has already stays
     * @throws LifeboatException with {@link ErrorCode#VAULT_TARGET_UNUSABLE} when another process writes it
     */
    static RawTarget open(Path image, long size, boolean goOn) throws IOException {
        RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw");
        // Before the lock is taken: to close any other opening of the file gives a process's lock back.
        UncachedOutput pages = UncachedOutput.open(image);
        boolean open = false;
        try {
            if (!isOurs(file.getChannel())) {
                throw new LifeboatException(
                        ErrorCode.VAULT_TARGET_UNUSABLE, "%s is being written by another export.".formatted(image));
            }
            if (!goOn) {
                file.setLength(0);
            }
            file.setLength(size);
            open = true;
            return new RawTarget(file, pages);
        } finally {
            if (!open) {
                pages.close();
                file.close();
            }
        }
    }

    /** The lock is given back when the file is closed, be it by the end of the process. */
    private static boolean isOurs(FileChannel content) {
        try {
            return content.tryLock() != null;
        } catch (IOException e) {
            // Some network file systems know no locks.
            return true;
        }
    }

    @Override
    public void write(long offset, ByteBuffer bytes) throws IOException {
        long at = offset + pages.write(offset, bytes);
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
        pages.close();
        file.close();
    }
}
