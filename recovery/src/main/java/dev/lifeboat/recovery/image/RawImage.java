package dev.lifeboat.recovery.image;

import dev.lifeboat.host.SparseFile;
import dev.lifeboat.host.UncachedFile;
import dev.lifeboat.vault.capture.DiskSource;
import dev.lifeboat.vault.pack.Block;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A file or block device that is a disk byte for byte. Its holes are not read. */
final class RawImage implements DiskSource {

    private final Path file;
    private final DiskImage.Look look;
    private final UncachedFile content;
    private final SparseFile holes;

    private RawImage(Path file, DiskImage.Look look, UncachedFile content, SparseFile holes) {
        this.file = file;
        this.look = look;
        this.content = content;
        this.holes = holes;
    }

    static RawImage open(Path file) throws IOException {
        DiskImage.Look look = DiskImage.Look.at(file);
        SparseFile holes = SparseFile.open(file);
        try {
            return new RawImage(file, look, UncachedFile.open(file), holes);
        } catch (IOException e) {
            holes.close();
            throw e;
        }
    }

    @Override
    public long size() {
        return holes.size();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        if (!content.read(offset, into)) {
            throw DiskImage.changed(file, "became shorter");
        }
    }

    @Override
    public boolean isHole(long offset, long length) {
        return holes.isHole(offset, length);
    }

    @Override
    public long dataBlocks(long offset, int blocks) {
        long end = Math.min(offset + (long) blocks * Block.SIZE, size());
        long data = 0;
        long at = holes.dataFrom(offset);
        while (at < end) {
            long hole = Math.min(holes.holeFrom(at), end);
            int first = (int) ((at - offset) / Block.SIZE);
            int last = (int) ((Math.max(hole, at + 1) - 1 - offset) / Block.SIZE);
            data |= (-1L << first) & (-1L >>> (Long.SIZE - 1 - last));
            // The rest of the last block is taken with it.
            at = holes.dataFrom(offset + (last + 1L) * Block.SIZE);
        }
        return data;
    }

    @Override
    public void requireUnchanged() throws IOException {
        look.requireSame(file);
    }

    @Override
    public void close() throws IOException {
        holes.close();
        content.close();
    }
}
