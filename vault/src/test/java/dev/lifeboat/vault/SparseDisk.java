package dev.lifeboat.vault;

import dev.lifeboat.vault.capture.ChangedBlocks;
import dev.lifeboat.vault.capture.DiskSource;
import dev.lifeboat.vault.pack.Block;
import java.nio.ByteBuffer;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/** A disk of any size that remembers only the blocks to which something was written, and what changed in a period. */
final class SparseDisk implements DiskSource {

    private final NavigableMap<Long, byte[]> blocks;
    private long size;
    private ChangedBlocks changed = new ChangedBlocks();

    SparseDisk(long size) {
        this(size, new TreeMap<>());
    }

    private SparseDisk(long size, NavigableMap<Long, byte[]> blocks) {
        this.size = size;
        this.blocks = blocks;
    }

    /** As it is now, whatever is written later. */
    SparseDisk snapshot() {
        return new SparseDisk(size, new TreeMap<>(blocks));
    }

    /** What changed since this was asked the last time. */
    ChangedBlocks takeChanged() {
        ChangedBlocks taken = changed;
        changed = new ChangedBlocks();
        return taken;
    }

    void write(long offset, byte[] content) {
        changed.add(offset, content.length);
        long at = offset;
        while (at < offset + content.length) {
            int in = (int) (at % Block.SIZE);
            int length = (int) Math.min(Block.SIZE - in, offset + content.length - at);
            byte[] block =
                    blocks.getOrDefault(at / Block.SIZE, new byte[Block.SIZE]).clone();
            System.arraycopy(content, (int) (at - offset), block, in, length);
            blocks.put(at / Block.SIZE, block);
            at += length;
        }
    }

    /** Cuts the disk off or makes it longer; what comes new is zero. */
    void resize(long newSize) {
        if (newSize < size) {
            changed.add(newSize, size - newSize);
            blocks.tailMap(Block.count(newSize), true).clear();
            byte[] last = blocks.get(newSize / Block.SIZE);
            if (last != null) {
                byte[] cut = new byte[Block.SIZE];
                System.arraycopy(last, 0, cut, 0, (int) (newSize % Block.SIZE));
                blocks.put(newSize / Block.SIZE, cut);
            }
        }
        size = newSize;
    }

    /** The blocks that are not all zeros. */
    NavigableSet<Long> stored() {
        NavigableSet<Long> stored = new TreeSet<>(blocks.keySet());
        stored.removeIf(block -> Block.isZero(Objects.requireNonNull(blocks.get(block)), 0, Block.SIZE));
        return stored;
    }

    byte[] content(long offset, int length) {
        ByteBuffer content = ByteBuffer.allocate(length);
        read(offset, content);
        return content.array();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        long at = offset;
        while (into.hasRemaining()) {
            int in = (int) (at % Block.SIZE);
            int length = Math.min(Block.SIZE - in, into.remaining());
            into.put(blocks.getOrDefault(at / Block.SIZE, new byte[Block.SIZE]), in, length);
            at += length;
        }
    }

    @Override
    public boolean isHole(long offset, long length) {
        Long next = blocks.ceilingKey(offset / Block.SIZE);
        return next == null || next * Block.SIZE >= offset + length;
    }

    @Override
    public void close() {}
}
