package dev.lifeboat.vault.capture;

import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.tree.TreeNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * The blocks that may have changed since the point before: the ones outside of it are known not to have. For each leaf
 * one bit a block, so that a million scattered ranges take some tens of megabytes.
 */
public final class ChangedBlocks {

    private static final long LEAF_BYTES = (long) TreeNode.FANOUT * Block.SIZE;

    private final TreeMap<Long, Long> leaves = new TreeMap<>();

    /** Adds a range of bytes; the blocks that it touches are looked at. */
    public void add(long offset, long length) {
        if (length <= 0) {
            return;
        }
        long last = (offset + length - 1) / Block.SIZE;
        for (long block = offset / Block.SIZE; block <= last; ) {
            long leaf = block / TreeNode.FANOUT;
            int from = (int) (block % TreeNode.FANOUT);
            int to = (int) Math.min(TreeNode.FANOUT - 1, last - leaf * TreeNode.FANOUT);
            long bits = (-1L << from) & (-1L >>> (TreeNode.FANOUT - 1 - to));
            leaves.merge(leaf, bits, (one, other) -> one | other);
            block = (leaf + 1) * TreeNode.FANOUT;
        }
    }

    /** All blocks of a disk of this size. */
    public static ChangedBlocks all(long size) {
        ChangedBlocks all = new ChangedBlocks();
        all.add(0, size);
        return all;
    }

    /** Adds those of another. */
    public void addAll(ChangedBlocks other) {
        other.leaves.forEach((leaf, bits) -> leaves.merge(leaf, bits, (one, more) -> one | more));
    }

    /** Those in leaves that do not begin before an offset. */
    public ChangedBlocks from(long offset) {
        ChangedBlocks rest = new ChangedBlocks();
        rest.leaves.putAll(leaves.tailMap((offset + LEAF_BYTES - 1) / LEAF_BYTES, true));
        return rest;
    }

    /** Those in leaves that begin before an offset. */
    public ChangedBlocks before(long offset) {
        ChangedBlocks rest = new ChangedBlocks();
        rest.leaves.putAll(leaves.headMap((offset + LEAF_BYTES - 1) / LEAF_BYTES));
        return rest;
    }

    /** Which blocks of a leaf: bit i is block i. */
    public long ofLeaf(long leaf) {
        return leaves.getOrDefault(leaf, 0L);
    }

    public boolean isEmpty() {
        return leaves.isEmpty();
    }

    /** How much there may be to read, in bytes. */
    public long bytes() {
        long blocks = 0;
        for (long bits : leaves.values()) {
            blocks += Long.bitCount(bits);
        }
        return blocks * Block.SIZE;
    }

    /** The same as ranges of bytes, in order; the last may reach beyond the end of the disk. */
    public void forEachRange(RangeReceiver receiver) {
        long from = 0;
        long to = 0;
        for (Map.Entry<Long, Long> leaf : leaves.entrySet()) {
            for (long bits = leaf.getValue(); bits != 0; ) {
                int first = Long.numberOfTrailingZeros(bits);
                int end = first + Long.numberOfTrailingZeros(~(bits >>> first));
                long begin = leaf.getKey() * LEAF_BYTES + (long) first * Block.SIZE;
                if (begin != to && to > from) {
                    receiver.range(from, to - from);
                }
                from = begin == to ? from : begin;
                to = leaf.getKey() * LEAF_BYTES + (long) end * Block.SIZE;
                bits &= end == TreeNode.FANOUT ? 0 : -1L << end;
            }
        }
        if (to > from) {
            receiver.range(from, to - from);
        }
    }

    /** Takes ranges. */
    @FunctionalInterface
    public interface RangeReceiver {

        /** A range, in bytes. */
        void range(long offset, long length);
    }

    /** For each leaf with changes, in order, which of its blocks: bit i is block i. */
    public Map<Long, Long> byLeaf() {
        return leaves;
    }
}
