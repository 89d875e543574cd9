package dev.lifeboat.recovery.home;

import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.capture.ChangedBlocks;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.tree.TreeDiff;
import dev.lifeboat.vault.tree.TreeNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The blocks of a disk that may not be what they shall become: all others need not be looked at.
 *
 * @param some empty for all
 */
record Candidates(Optional<ChangedBlocks> some) {

    private static final long ALL_BLOCKS = -1L;

    static Candidates all() {
        return new Candidates(Optional.empty());
    }

    static Candidates of(ChangedBlocks some) {
        return new Candidates(Optional.of(some));
    }

    /**
     * Where a disk that was at one point may differ from another, told by trees alone.
     *
     * @param from what the disk was
     * @param toward what it is to become, and what else it was being brought to since
     */
    static Candidates between(Vault vault, DiskRecord from, List<DiskRecord> toward) {
        ChangedBlocks blocks = new ChangedBlocks();
        for (DiskRecord other : toward) {
            TreeDiff.compare(
                    vault.tree(from),
                    vault.tree(other),
                    (first, count) -> blocks.add(first * Block.SIZE, count * Block.SIZE));
            addEnds(blocks, from.size(), other.size());
        }
        return of(blocks);
    }

    /** A disk of another size has another last block; and what is there beyond a shorter disk, no tree says. */
    private static void addEnds(ChangedBlocks blocks, long one, long other) {
        long shorter = Math.min(one, other);
        long longer = Math.max(one, other);
        if (shorter < longer) {
            long from = Math.max(shorter - 1, 0);
            blocks.add(from, longer - from);
        }
    }

    /**
     * The leaves in which there are some, in order.
     *
     * @param count how many leaves the disk has
     */
    Iterable<Long> leaves(long count) {
        return () -> some.map(blocks -> blocks.byLeaf().keySet().stream()
                        .filter(leaf -> leaf < count)
                        .iterator())
                .orElseGet(() -> LongStream.range(0, count).iterator());
    }

    /**
     * Which blocks of a leaf: bit i is block i.
     *
     * @param blocks how many the disk has
     */
    long ofLeaf(long leaf, long blocks) {
        long inside = blocks - leaf * TreeNode.FANOUT;
        long mask = inside >= TreeNode.FANOUT ? ALL_BLOCKS : (1L << Math.max(inside, 0)) - 1;
        return mask & some.map(changed -> changed.ofLeaf(leaf)).orElse(ALL_BLOCKS);
    }
}
