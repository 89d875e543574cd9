package dev.lifeboat.vault.tree;

import dev.lifeboat.vault.pack.Block;

/**
 * The shape that a disk's size gives its tree.
 *
 * @param blocks how many blocks the disk has
 */
public record TreeShape(long blocks) {

    /** The entries of a node, as a power of two. */
    static final int FANOUT_SHIFT = 6;

    /** Enough for 256 PiB. */
    static final int MOST_LEVELS = 7;

    public TreeShape {
        if (blocks < 0 || blocks > 1L << (FANOUT_SHIFT * MOST_LEVELS)) {
            throw new IllegalArgumentException("a disk of %d blocks".formatted(blocks));
        }
    }

    public static TreeShape ofDisk(long bytes) {
        return new TreeShape(Block.count(bytes));
    }

    /** The number of levels: 0 for a disk without blocks, 1 when there is one leaf. */
    public int height() {
        int height = blocks == 0 ? 0 : 1;
        while (span(height) < blocks) {
            height++;
        }
        return height;
    }

    /** The number of leaves that the disk has room for. */
    public long leaves() {
        return (blocks + TreeNode.FANOUT - 1) >> FANOUT_SHIFT;
    }

    /** How many blocks are under one entry of a node of this level, and so under a node of the level below. */
    static long span(int level) {
        return 1L << (FANOUT_SHIFT * level);
    }

    /** How many entries of the node of this level that starts at a block lie inside of the disk, at least in part. */
    int entriesInside(int level, long firstBlock) {
        long under = span(level);
        long inside = (blocks - firstBlock + under - 1) / under;
        return Math.clamp(inside, 0, TreeNode.FANOUT);
    }
}
