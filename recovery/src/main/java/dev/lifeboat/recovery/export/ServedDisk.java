package dev.lifeboat.recovery.export;

import dev.lifeboat.nbd.BlockSizes;
import dev.lifeboat.nbd.Extent;
import dev.lifeboat.nbd.NbdExport;
import dev.lifeboat.vault.disk.DiskReader;
import dev.lifeboat.vault.pack.Block;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A disk of a recovery point as a read-only NBD export. Safe for use by several threads. */
public final class ServedDisk implements NbdExport {

    private static final int LARGEST_PAYLOAD = 32 << 20;
    private static final int ANY_ALIGNMENT = 1;

    /** What is told of at once: each of its leaves may have to be fetched, and the client waits for them all. */
    private static final long LONGEST_STATUS = 1L << 30;

    private final String name;
    private final String description;
    private final DiskReader reader;

    /**
     * A disk under a name.
     *
     * @param description for a person who lists the exports
     */
    public ServedDisk(String name, String description, DiskReader reader) {
        this.name = name;
        this.description = description;
        this.reader = reader;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public long size() {
        return reader.size();
    }

    @Override
    public BlockSizes blockSizes() {
        return new BlockSizes(ANY_ALIGNMENT, Block.SIZE, LARGEST_PAYLOAD);
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        try {
            reader.read(offset, into);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    @Override
    public void cache(long offset, long length) {
        reader.prefetch(offset, length);
    }

    @Override
    public boolean knowsItsZeroes() {
        return true;
    }

    @Override
    public List<Extent> blockStatus(long offset, long length, boolean one) {
        List<Extent> extents = new ArrayList<>();
        reader.extents(
                offset,
                Math.min(length, LONGEST_STATUS),
                (bytes, stored) -> extents.add(new Extent(bytes, stored ? 0 : Extent.HOLE | Extent.ZERO)));
        return extents;
    }
}
