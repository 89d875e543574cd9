package dev.lifeboat.vault.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of places for chunks, each of the same length. It has no name any more once it is open, so that its space is
 * free again when it is closed or the process ends, however that happens. Only its owner could have opened it.
 *
 * <p>The file is sparse and as long from the start as it can become. Safe for use by several threads; who reads a place
 * while another writes it gets something of both. It is no {@code FileChannel}, which an interrupted thread would close
 * for all others.
 */
final class ChunkFile implements AutoCloseable {

    /** So many threads can read at once; each has the file open for itself. */
    private static final int HANDLES = 4;

    private final int placeBytes;
    private final RandomAccessFile[] handles = new RandomAccessFile[HANDLES];

    /**
     * Makes the file.
     *
     * @param folder where it takes its space from
     * @throws IOException when it cannot be made
     */
    ChunkFile(Path folder, int places, int placeBytes) throws IOException {
        this.placeBytes = placeBytes;
        // Such files are made with rw------- (see Files.createTempFile).
        Path file = Files.createTempFile(folder, "chunks-", ".cache");
        boolean open = false;
        try {
            for (int i = 0; i < HANDLES; i++) {
                handles[i] = new RandomAccessFile(file.toFile(), "rw");
            }
            handles[0].setLength((long) places * placeBytes);
            open = true;
        } finally {
            Files.delete(file);
            if (!open) {
                close();
            }
        }
    }

    /** Reads the begin of a place into the begin of the array. */
    void read(int place, byte[] into, int length) throws IOException {
        RandomAccessFile handle = handleOf(place);
        synchronized (handle) {
            handle.seek((long) place * placeBytes);
            handle.readFully(into, 0, length);
        }
    }

    /** Writes a part of the array to the begin of a place. */
    void write(int place, byte[] from, int offset, int length) throws IOException {
        if (length > placeBytes) {
            throw new IllegalArgumentException("a chunk of " + length + " bytes");
        }
        RandomAccessFile handle = handleOf(place);
        synchronized (handle) {
            handle.seek((long) place * placeBytes);
            handle.write(from, offset, length);
        }
    }

    private RandomAccessFile handleOf(int place) {
        return handles[place % HANDLES];
    }

    @Override
    public void close() throws IOException {
        for (RandomAccessFile handle : handles) {
            if (handle != null) {
                handle.close();
            }
        }
    }
}
