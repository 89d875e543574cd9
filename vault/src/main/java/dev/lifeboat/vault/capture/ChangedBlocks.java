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

    /** For each leaf with changes, in order, which of its blocks: bit i is block i. */
    public Map<Long, Long> byLeaf() {
        return leaves;
    }
}
