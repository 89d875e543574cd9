package dev.lifeboat.vault.tree;

import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.SlotAddress;
import org.jspecify.annotations.Nullable;

/**
 * Makes a new tree of an old one and of changed leaves, copying only the paths to them. Leaves come in rising order; a
 * node is written as soon as nothing more can come below it, children before parents, so that memory holds one node of
 * each level. Not for use by several threads at once.
 */
public final class TreeUpdater {

    private static final long NONE = -1;

    private final Tree base;
    private final TreeShape shape;
    private final NodeSink sink;
    private final @Nullable TreeNode[] open;
    private final long[] openIndex;
    private long lastLeaf = NONE;

    /**
     * Starts with nothing changed but the disk's size.
     *
     * @param base the tree before
     * @param shape of the disk now
     */
    public TreeUpdater(Tree base, TreeShape shape, NodeSink sink) {
        this.base = base;
        this.shape = shape;
        this.sink = sink;
        this.open = new @Nullable TreeNode[shape.height()];
        this.openIndex = new long[shape.height()];
        growToHeight();
    }

    /** A disk that grew needs nodes above the old root, whose first entry leads to it. */
    private void growToHeight() {
        int before = base.shape().height();
        if (before == 0) {
            return;
        }
        for (int level = before; level < shape.height(); level++) {
            open[level] = new TreeNode(level);
        }
        if (before < shape.height()) {
            TreeNode lowest = openNode(before);
            switch (base.root()) {
                case TreeRoot.Hole() -> lowest.setNever(0);
                case TreeRoot.Zero() -> lowest.setZero(0);
                case TreeRoot.Node(var address, var hash) -> lowest.setStored(0, address, hash);
            }
        }
    }

    /** A leaf as it was, without what lies beyond the disk's end now. A copy, to be changed and {@link #put}. */
    public TreeNode leafBefore(long index) {
        if (index >= base.shape().leaves()) {
            return new TreeNode(0);
        }
        TreeNode leaf = base.leaf(index).copy();
        leaf.clearFrom(shape.entriesInside(0, index << TreeShape.FANOUT_SHIFT));
        return leaf;
    }

    /**
     * Replaces a leaf.
     *
     * @param index greater than that of the leaf before
     * @throws IllegalArgumentException when it is not, or when the leaf reaches beyond the disk's end
     */
    public void put(long index, TreeNode leaf) throws InterruptedException {
        if (index <= lastLeaf || index >= shape.leaves()) {
            throw new IllegalArgumentException("leaf %d of %d after %d".formatted(index, shape.leaves(), lastLeaf));
        }
        if (leaf.level() != 0 || leaf.reachesBeyond(shape.entriesInside(0, index << TreeShape.FANOUT_SHIFT))) {
            throw new IllegalArgumentException("leaf %d reaches beyond %d blocks".formatted(index, shape.blocks()));
        }
        lastLeaf = index;
        if (shape.height() == 1) {
            open[0] = leaf;
        } else {
            attach(leaf, parentOf(0, index), entryOf(index));
        }
    }

    /** Writes what is left and tells the new root. */
    public TreeRoot finish() throws InterruptedException {
        if (shape.blocks() < base.shape().blocks() && shape.leaves() > 0 && lastLeaf < shape.leaves() - 1) {
            // The path to the new end is the one on which entries beyond it have to go.
            put(shape.leaves() - 1, leafBefore(shape.leaves() - 1));
        }
        int top = shape.height() - 1;
        if (top < 0) {
            return new TreeRoot.Hole();
        }
        for (int level = 1; level < top; level++) {
            closeNode(level);
        }
        TreeNode root = open[top];
        if (root == null && base.shape().height() == 0) {
            return new TreeRoot.Hole();
        }
        if (root == null) {
            return base.shape().height() == shape.height() ? base.root() : written(base.rootAtHeight(top + 1));
        }
        return written(root);
    }

    private TreeRoot written(TreeNode root) throws InterruptedException {
        if (root.isNever()) {
            return new TreeRoot.Hole();
        }
        if (root.isAllZero()) {
            return new TreeRoot.Zero();
        }
        Digest128 hash = root.hash();
        if (base.root() instanceof TreeRoot.Node before
                && base.shape().height() == shape.height()
                && before.hash().equals(hash)) {
            return before;
        }
        return new TreeRoot.Node(sink.write(root), hash);
    }

    /** The open node above a node, opened if it is not. */
    private TreeNode parentOf(int level, long index) throws InterruptedException {
        int parentLevel = level + 1;
        long parentIndex = index >>> TreeShape.FANOUT_SHIFT;
        TreeNode parent = open[parentLevel];
        if (parent != null && openIndex[parentLevel] == parentIndex) {
            return parent;
        }
        closeNode(parentLevel);
        parent = before(parentLevel, parentIndex).copy();
        parent.clearFrom(shape.entriesInside(parentLevel, parentIndex * TreeShape.span(parentLevel + 1)));
        open[parentLevel] = parent;
        openIndex[parentLevel] = parentIndex;
        return parent;
    }

    private TreeNode before(int level, long index) throws InterruptedException {
        if (level < shape.height() - 1) {
            return Tree.child(parentOf(level, index), entryOf(index), base.nodes());
        }
        return base.shape().height() == 0 ? new TreeNode(level) : base.rootAtHeight(level + 1);
    }

    private void closeNode(int level) throws InterruptedException {
        TreeNode node = open[level];
        if (node != null) {
            open[level] = null;
            attach(node, parentOf(level, openIndex[level]), entryOf(openIndex[level]));
        }
    }

    private void attach(TreeNode node, TreeNode parent, int entry) throws InterruptedException {
        if (node.isNever()) {
            parent.setNever(entry);
        } else if (node.isAllZero()) {
            parent.setZero(entry);
        } else {
            Digest128 hash = node.hash();
            if (!parent.holds(entry, hash)) {
                SlotAddress address = sink.write(node);
                parent.setStored(entry, address, hash);
            }
        }
    }

    private TreeNode openNode(int level) {
        TreeNode node = open[level];
        if (node == null) {
            throw new IllegalStateException("no open node of level " + level);
        }
        return node;
    }

    private static int entryOf(long index) {
        return (int) index & (TreeNode.FANOUT - 1);
    }
}
