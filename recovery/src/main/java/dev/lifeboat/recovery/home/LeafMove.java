package dev.lifeboat.recovery.home;

import dev.lifeboat.nbd.NbdDisk;
import dev.lifeboat.vault.disk.BlockOpener;
import dev.lifeboat.vault.disk.Spare;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.tree.TreeNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Writes what is different: stored blocks are fetched from the vault, each opened and compared with its fingerprint;
 * zeros are written as zeros. Not for use by several threads at once.
 */
final class LeafMove {

    private final NbdDisk local;
    private final Spare<BlockOpener> openers;
    private final byte[] content = new byte[TreeNode.FANOUT * Block.SIZE];

    LeafMove(NbdDisk local, Spare<BlockOpener> openers) {
        this.local = local;
        this.openers = openers;
    }

    /**
     * Writes.
     *
     * @param index the leaf's number
     * @param diskBytes the disk's size in the point
     */
    void write(TreeNode leaf, long index, long diskBytes, LeafComparison.Difference difference) throws IOException {
        long first = index * TreeNode.FANOUT;
        for (long rest = difference.stored(); rest != 0; rest = after(rest)) {
            fetch(leaf, first, diskBytes, Long.numberOfTrailingZeros(rest), endOfRun(rest));
        }
        for (long rest = difference.blank(); rest != 0; rest = after(rest)) {
            long offset = (first + Long.numberOfTrailingZeros(rest)) * Block.SIZE;
            local.writeZeroes(
                    offset, Math.min((first + endOfRun(rest)) * Block.SIZE, local.size()) - offset, true, false);
        }
    }

    private void fetch(TreeNode leaf, long first, long diskBytes, int from, int to) throws IOException {
        long offset = (first + from) * Block.SIZE;
        int length = (int) Math.min((long) (to - from) * Block.SIZE, local.size() - offset);
        int inside = (int) Math.min(length, diskBytes - offset);
        BlockOpener opener = openers.take();
        try {
            opener.read(leaf, first, diskBytes, from, to, content);
        } finally {
            openers.giveBack(opener);
        }
        Arrays.fill(content, inside, length, (byte) 0);
        local.write(offset, ByteBuffer.wrap(content, 0, length), false);
    }

    private static int endOfRun(long bits) {
        int from = Long.numberOfTrailingZeros(bits);
        return from + Long.numberOfTrailingZeros(~(bits >>> from));
    }

    private static long after(long bits) {
        int end = endOfRun(bits);
        return end == TreeNode.FANOUT ? 0 : bits & -1L << end;
    }
}
