package dev.lifeboat.offline;

import dev.lifeboat.vault.capture.DiskSource;
import dev.lifeboat.vault.pack.Block;
import java.nio.ByteBuffer;
import java.util.Random;

/** A small disk in memory. */
final class MemoryDisk implements DiskSource {

    private final byte[] content;

    MemoryDisk(int blocks) {
        content = new byte[blocks * Block.SIZE];
    }

    /** Fills a block with bytes that follow from a seed and do not compress. */
    MemoryDisk fill(int block, long seed) {
        byte[] bytes = new byte[Block.SIZE];
        new Random(seed).nextBytes(bytes);
        System.arraycopy(bytes, 0, content, block * Block.SIZE, Block.SIZE);
        return this;
    }

    byte[] content() {
        return content.clone();
    }

    @Override
    public long size() {
        return content.length;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        into.put(content, (int) offset, into.remaining());
    }

    @Override
    public boolean isHole(long offset, long length) {
        return false;
    }

    @Override
    public void close() {
        // Nothing to give back.
    }
}
