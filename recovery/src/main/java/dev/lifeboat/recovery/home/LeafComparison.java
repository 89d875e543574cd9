package dev.lifeboat.recovery.home;

import dev.lifeboat.nbd.Allocation;
import dev.lifeboat.nbd.NbdDisk;
import dev.lifeboat.vault.disk.Fingerprints;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.tree.TreeNode;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Compares blocks of a local disk with what a leaf of a point's tree says of them, by their fingerprints: nothing is
 * fetched for that. Where the local disk is known to be zeros it is not read. Not for use by several threads at once.
 */
final class LeafComparison {

    private final NbdDisk local;
    private final Allocation allocation;
    private final Fingerprints fingerprints;
    private final byte[] content = new byte[TreeNode.FANOUT * Block.SIZE];

    /** @param local of the disk's size in whole sectors; what it has behind the disk's end has to be zeros */
    LeafComparison(NbdDisk local, byte[] fingerprintKey) {
        this.local = local;
        this.allocation = new Allocation(local);
        this.fingerprints = new Fingerprints(fingerprintKey);
    }

    /**
     * What is different: bit i is block i of the leaf.
     *
     * @param stored blocks that the point has stored, and the local disk has something else
     * @param blank blocks that are zeros in the point, and not on the local disk
     * @param read how many were read
     */
    record Difference(long stored, long blank, int read) {

        boolean isNone() {
            return (stored | blank) == 0;
        }
    }

    /**
     * Compares.
     *
     * @param index the leaf's number
     * @param diskBytes the disk's size in the point
     * @param blocks which ones: inside of the disk
     */
    Difference compare(TreeNode leaf, long index, long diskBytes, long blocks) throws IOException {
        if (blocks == 0) {
            return new Difference(0, 0, 0);
        }
        long first = index * TreeNode.FANOUT;
        long begin = first * Block.SIZE;
        int count = Long.SIZE - Long.numberOfLeadingZeros(blocks);
        long length = Math.min((long) count * Block.SIZE, local.size() - begin);
        long data = allocation.dataBlocks(begin, length, Block.SIZE) & blocks;
        long stored = leaf.storedBits() & blocks & ~data;
        long blank = 0;
        for (long rest = data; rest != 0; ) {
            int from = Long.numberOfTrailingZeros(rest);
            int to = from + Long.numberOfTrailingZeros(~(rest >>> from));
            read(first, from, to);
            for (int entry = from; entry < to; entry++) {
                if (leaf.isStored(entry)) {
                    stored |= isEqual(leaf, first, from, entry, diskBytes) ? 0 : 1L << entry;
                } else {
                    blank |= isZero(first, from, entry, 0) ? 0 : 1L << entry;
                }
            }
            rest &= to == TreeNode.FANOUT ? 0 : -1L << to;
        }
        return new Difference(stored, blank, Long.bitCount(data));
    }

    private void read(long first, int from, int to) throws IOException {
        long offset = (first + from) * Block.SIZE;
        int length = (int) Math.min((long) (to - from) * Block.SIZE, local.size() - offset);
        local.read(offset, ByteBuffer.wrap(content, 0, length));
    }

    private boolean isEqual(TreeNode leaf, long first, int from, int entry, long diskBytes) {
        int length = Block.length(first + entry, diskBytes);
        return leaf.holds(entry, fingerprints.of(content, (entry - from) * Block.SIZE, length))
                && isZero(first, from, entry, length);
    }

    /** Whether a block that was read is zeros from some byte of it on, to the end of the last sector. */
    private boolean isZero(long first, int from, int entry, int begin) {
        int end = Block.length(first + entry, local.size());
        return Block.isZero(content, (entry - from) * Block.SIZE + begin, end - begin);
    }
}
