package dev.lifeboat.vault.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A tree as it is stored, read lazily. Immutable; safe for use by several threads.
 *
 * @param shape what the disk's size makes of it
 * @param root what the point says of it
 * @param nodes where its nodes are
 */
public record Tree(TreeShape shape, TreeRoot root, NodeSource nodes) {

    private static final List<TreeNode> NEVER_WRITTEN = uniform(false);
    private static final List<TreeNode> ALL_ZERO = uniform(true);

    /** The tree of a disk to which nothing was written. */
    public static Tree hole(TreeShape shape, NodeSource nodes) {
        return new Tree(shape, new TreeRoot.Hole(), nodes);
    }

    /**
     * A node of any level, put together from what its ancestors say where it is not stored itself.
     *
     * @param level of the node; must be below the height
     * @param index its number among the nodes of its level
     */
    public TreeNode node(int level, long index) {
        TreeNode node = rootNode(root, shape.height() - 1, nodes);
        for (int at = node.level(); at > level; at--) {
            node = child(node, (int) (index >>> (TreeShape.FANOUT_SHIFT * (at - 1 - level))) & (TreeNode.FANOUT - 1));
        }
        return node;
    }

    /** A leaf: blocks 64 × index and the 63 after it. */
    public TreeNode leaf(long index) {
        return node(0, index);
    }

    /**
     * Calls for every leaf that is stored itself, in order, with its index. Blocks are stored in no other; whether this
     * one has any, or only knows zeros from what was never written, shows when it is read.
     */
    public void forEachStoredLeaf(LongConsumer visitor) {
        if (shape.height() == 1 && root instanceof TreeRoot.Node) {
            visitor.accept(0);
        } else if (shape.height() > 1) {
            visitStored(rootNode(root, shape.height() - 1, nodes), 0, visitor);
        }
    }

    /** How many stored blocks there are from a block on. Reads what has to be read for that, and no leaf before it. */
    public long storedFrom(long block) {
        long[] count = new long[1];
        forEachStoredLeaf(index -> {
            if ((index + 1) * TreeNode.FANOUT > block) {
                long inLeaf = Math.max(0, block - index * TreeNode.FANOUT);
                count[0] += Long.bitCount(leaf(index).storedBits() >>> inLeaf);
            }
        });
        return count[0];
    }

    private void visitStored(TreeNode node, long index, LongConsumer visitor) {
        for (long bits = node.storedBits(); bits != 0; bits &= bits - 1) {
            int entry = Long.numberOfTrailingZeros(bits);
            long childIndex = (index << TreeShape.FANOUT_SHIFT) + entry;
            if (node.level() == 1) {
                visitor.accept(childIndex);
            } else {
                visitStored(child(node, entry), childIndex, visitor);
            }
        }
    }

    /** The node under an entry. */
    TreeNode child(TreeNode node, int entry) {
        return child(node, entry, nodes);
    }

    static TreeNode child(TreeNode node, int entry, NodeSource nodes) {
        int level = node.level() - 1;
        if (node.isStored(entry)) {
            return nodes.read(node.address(entry), level, node.digest(entry));
        }
        return uniform(level, node.isZero(entry));
    }

    static TreeNode rootNode(TreeRoot root, int level, NodeSource nodes) {
        return switch (root) {
            case TreeRoot.Hole() -> uniform(level, false);
            case TreeRoot.Zero() -> uniform(level, true);
            case TreeRoot.Node(var address, var hash) -> nodes.read(address, level, hash);
        };
    }

    /**
     * What would be the root, were the disk so much smaller that its tree had this height.
     *
     * @param height at most this tree's
     */
    TreeNode rootAtHeight(int height) {
        TreeNode node = rootNode(root, shape.height() - 1, nodes);
        while (node.level() > height - 1) {
            node = child(node, 0);
        }
        return node;
    }

    /** Nobody changes a node that was read, so that one of each kind is enough for all. */
    private static TreeNode uniform(int level, boolean zero) {
        return (zero ? ALL_ZERO : NEVER_WRITTEN).get(level);
    }

    private static List<TreeNode> uniform(boolean zero) {
        List<TreeNode> nodes = new ArrayList<>();
        for (int level = 0; level < TreeShape.MOST_LEVELS; level++) {
            TreeNode node = new TreeNode(level);
            for (int entry = 0; zero && entry < TreeNode.FANOUT; entry++) {
                node.setZero(entry);
            }
            nodes.add(node);
        }
        return List.copyOf(nodes);
    }
}
