package dev.lifeboat.vault.disk;

import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.tree.Tree;
import dev.lifeboat.vault.tree.TreeNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Copies a whole disk of a point out of the vault. Every block is opened, which proves that it is what its writer
 * sealed, and compared with its fingerprint, which proves that it is the one that the tree means. For one calling
 * thread, which uses several.
 */
public final class DiskCopy {

    private static final long LEAF_BYTES = (long) TreeNode.FANOUT * Block.SIZE;

    private final Tree tree;
    private final long size;
    private final Spare<BlockOpener> openers;
    private final int processors;

    /**
     * A copy that is not begun.
     *
     * @param size of the disk, in bytes
     * @param processors how many threads work at once
     */
    public DiskCopy(Tree tree, long size, Spare<BlockOpener> openers, int processors) {
        this.tree = tree;
        this.size = size;
        this.openers = openers;
        this.processors = processors;
    }

    /**
     * Copies.
     *
     * @param from the offset before which everything is there already
     * @param progress hears, by the calling thread, how many bytes of the disk's stored ones were copied
     * @throws IOException when the target cannot be written
     * @throws dev.lifeboat.model.LifeboatException when a block is missing or damaged; what was copied until then is
     *     right
     */
    public void to(DiskTarget target, long from, LongConsumer progress) throws IOException, InterruptedException {
        List<Long> leaves = new ArrayList<>();
        tree.forEachStoredLeaf(leaf -> {
            if ((leaf + 1) * LEAF_BYTES > from) {
                leaves.add(leaf);
            }
        });
        long[] copied = new long[1];
        Spare<byte[]> buffers = new Spare<>(processors, () -> new byte[(int) LEAF_BYTES]);
        try (OrderedWork<byte[]> work = new OrderedWork<>(processors, buffers)) {
            work.run(leaves, (buffer, leaf) -> new long[] {leaf, copy(buffer, leaf, target)}, (long[] done) -> {
                copied[0] += done[1];
                target.reached(Math.min((done[0] + 1) * LEAF_BYTES, size));
                progress.accept(copied[0]);
            });
        }
    }

    private long copy(byte[] content, long index, DiskTarget target) throws IOException {
        BlockOpener opener = openers.take();
        try {
            return copy(opener, content, index, target);
        } finally {
            openers.giveBack(opener);
        }
    }

    private long copy(BlockOpener opener, byte[] content, long index, DiskTarget target) throws IOException {
        TreeNode leaf = tree.leaf(index);
        long first = index * TreeNode.FANOUT;
        long copied = 0;
        int entry = 0;
        while (entry < TreeNode.FANOUT) {
            int end = entry + 1;
            if (leaf.isStored(entry)) {
                while (end < TreeNode.FANOUT && leaf.isStored(end)) {
                    end++;
                }
                opener.read(leaf, first, size, entry, end, content);
                long offset = (first + entry) * Block.SIZE;
                int length = (int) Math.min((long) (end - entry) * Block.SIZE, size - offset);
                target.write(offset, ByteBuffer.wrap(content, 0, length));
                copied += length;
            }
            entry = end;
        }
        return copied;
    }
}
