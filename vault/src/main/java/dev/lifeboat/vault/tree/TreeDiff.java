package dev.lifeboat.vault.tree;

import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.SlotAddress;
import java.util.Arrays;

/**
 * The blocks in which two trees differ. Equal subtrees are told by their hashes and skipped, so that the cost is that
 * of the difference. Never written and zero are the same here: both read as zeros.
 */
public final class TreeDiff {

    /** Takes ranges of blocks in rising order, never two that touch. */
    @FunctionalInterface
    public interface Ranges {

        /** The blocks from {@code first} on, so many. */
        void changed(long first, long count);
    }

    /** What stands at some place of a tree, whatever the tree's own height. */
    private sealed interface Subtree {}

    private record Blank() implements Subtree {}

    private record Stored(SlotAddress address, Digest128 digest) implements Subtree {}

    /** A node that a taller tree would have above the root of this one. */
    private record Above(Tree tree) implements Subtree {}

    private static final Blank BLANK = new Blank();

    private final Ranges ranges;
    private long first;
    private long count;

    private TreeDiff(Ranges ranges) {
        this.ranges = ranges;
    }

    /** Compares two trees, which may be of disks of different sizes. */
    public static void compare(Tree before, Tree after, Ranges ranges) {
        int level = Math.max(before.shape().height(), after.shape().height()) - 1;
        TreeDiff diff = new TreeDiff(ranges);
        if (level >= 0) {
            diff.compare(level, 0, at(before, level), before, at(after, level), after);
        }
        diff.flush();
    }

    private void compare(int level, long index, Subtree before, Tree in, Subtree after, Tree afterIn) {
        if (isEqual(before, after)) {
            return;
        }
        if (level < 0) {
            add(index);
            return;
        }
        Subtree[] childrenBefore = children(before, in, level);
        Subtree[] childrenAfter = children(after, afterIn, level);
        for (int entry = 0; entry < TreeNode.FANOUT; entry++) {
            long child = (index << TreeShape.FANOUT_SHIFT) + entry;
            compare(level - 1, child, childrenBefore[entry], in, childrenAfter[entry], afterIn);
        }
    }

    private static boolean isEqual(Subtree before, Subtree after) {
        return switch (before) {
            case Blank() -> after instanceof Blank;
            case Stored(var _, var digest) ->
                after instanceof Stored other && other.digest().equals(digest);
            case Above(var _) -> false;
        };
    }

    private static Subtree at(Tree tree, int level) {
        if (tree.shape().height() == 0) {
            return BLANK;
        }
        if (level >= tree.shape().height()) {
            return new Above(tree);
        }
        return switch (tree.root()) {
            case TreeRoot.Hole(), TreeRoot.Zero() -> BLANK;
            case TreeRoot.Node(var address, var hash) -> new Stored(address, hash);
        };
    }

    private static Subtree[] children(Subtree subtree, Tree tree, int level) {
        Subtree[] children = new Subtree[TreeNode.FANOUT];
        Arrays.fill(children, BLANK);
        switch (subtree) {
            case Blank() -> {}
            case Above(var lower) -> children[0] = at(lower, level - 1);
            case Stored(var address, var digest) -> {
                TreeNode node = tree.nodes().read(address, level, digest);
                for (int entry = 0; entry < TreeNode.FANOUT; entry++) {
                    if (node.isStored(entry)) {
                        children[entry] = new Stored(node.address(entry), node.digest(entry));
                    }
                }
            }
        }
        return children;
    }

    private void add(long block) {
        if (count > 0 && first + count == block) {
            count++;
            return;
        }
        flush();
        first = block;
        count = 1;
    }

    private void flush() {
        if (count > 0) {
            ranges.changed(first, count);
        }
        count = 0;
    }
}
