package dev.lifeboat.vault.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TreeUpdaterTest {

    private static final int HISTORIES = 150;
    private static final int STEPS = 25;

    @Test
    void afterAnyHistoryATreeIsTheOneThatItsBlocksDefine() throws InterruptedException {
        for (long seed = 0; seed < HISTORIES; seed++) {
            History history = new History(seed);
            for (int step = 0; step < STEPS; step++) {
                History.Step done = history.step();
                String what = "seed %d, step %d".formatted(seed, step);
                assertRootIs(done.after(), what);
                assertReadsAs(done.after(), interesting(done, history), what);
                assertThat(done.written()).as(what).isLessThanOrEqualTo(mostWrites(done));
            }
        }
    }

    private static void assertRootIs(History.Version version, String what) {
        switch (version.model().root()) {
            case null -> assertThat(version.tree().root()).as(what).isEqualTo(new TreeRoot.Hole());
            case DiskModel.Zero() -> assertThat(version.tree().root()).as(what).isEqualTo(new TreeRoot.Zero());
            case DiskModel.Mixed(var hash) ->
                assertThat(version.tree().root())
                        .as(what)
                        .isInstanceOfSatisfying(
                                TreeRoot.Node.class,
                                node -> assertThat(node.hash()).isEqualTo(hash));
            case DiskModel.Stored(var content) -> throw new AssertionError("a block for a root: " + content);
        }
    }

    /** The leaves that were changed, those around the ends and around powers of 64, and some others. */
    private static Set<Long> interesting(History.Step done, History history) {
        NavigableSet<Long> leaves = DiskModel.leaves(done.changes().keySet());
        List<Long> edges = new ArrayList<>(List.of(0L, 64L, 4096L, 262_144L, 1L << 24));
        edges.add(done.before().model().blocks / 64);
        edges.add(done.after().model().blocks / 64);
        for (int i = 0; i < 10 && done.after().model().blocks > 0; i++) {
            edges.add(history.random.nextLong(done.after().model().blocks) / 64);
        }
        done.after().model().entries.keySet().stream().limit(1000).forEach(block -> edges.add(block / 64));
        edges.forEach(edge -> leaves.addAll(List.of(edge - 1, edge, edge + 1)));
        leaves.removeIf(leaf -> leaf < 0 || leaf >= done.after().model().shape().leaves());
        return leaves;
    }

    private static void assertReadsAs(History.Version version, Set<Long> leaves, String what) {
        for (long leaf : leaves) {
            TreeNode node = version.tree().leaf(leaf);
            for (int i = 0; i < 64; i++) {
                DiskModel.Entry entry = version.model().entries.get(64 * leaf + i);
                boolean right = switch (entry) {
                    case null -> !node.isStored(i) && !node.isZero(i);
                    case DiskModel.Zero() -> node.isZero(i) && !node.isStored(i);
                    case DiskModel.Stored stored ->
                        node.holds(i, stored.digest()) && node.address(i).equals(stored.address());
                    case DiskModel.Mixed _ -> false;
                };
                assertThat(right)
                        .as("%s, block %d is %s", what, 64 * leaf + i, entry)
                        .isTrue();
            }
        }
    }

    /** The paths to what was changed, to the new end of a disk that shrank, and above the root of one that grew. */
    private static int mostWrites(History.Step done) {
        NavigableSet<Long> changed = DiskModel.leaves(done.changes().keySet());
        DiskModel after = done.after().model();
        int more = 0;
        if (after.blocks < done.before().model().blocks && after.blocks > 0) {
            changed.add((after.blocks - 1) / 64);
        } else if (done.before().model().blocks > 0) {
            more = Math.max(
                    0, after.shape().height() - done.before().model().shape().height());
        }
        return more + DiskModel.paths(changed, after.shape().height());
    }

    @Test
    void theSameContentHasTheSameHashWhateverItsHistory() throws InterruptedException {
        for (long seed = 0; seed < 60; seed++) {
            History long1 = new History(seed);
            for (int step = 0; step < STEPS; step++) {
                long1.step();
            }
            History.Version end = long1.last();
            NodesInMemory nodes = new NodesInMemory();
            Tree atOnce = DiskModel.update(
                    Tree.hole(new TreeShape(0), nodes), end.model().blocks, new TreeMap<>(end.model().entries), nodes);
            assertThat(hashOf(atOnce)).as("seed %d", seed).isEqualTo(hashOf(end.tree()));
        }
    }

    private static Object hashOf(Tree tree) {
        return tree.root() instanceof TreeRoot.Node(var _, var hash) ? hash : tree.root();
    }

    @Test
    void whatIsPutAsItWasIsNotWrittenAgain() throws InterruptedException {
        for (long seed = 0; seed < 40; seed++) {
            History history = new History(seed);
            for (int step = 0; step < 10; step++) {
                history.step();
            }
            NavigableMap<Long, DiskModel.@Nullable Entry> same =
                    new TreeMap<>(history.last().model().entries.headMap(10_000L, false));
            TreeRoot before = history.last().tree().root();
            History.Step done = history.apply(history.last().model().blocks, same);
            assertThat(done.written()).isZero();
            assertThat(done.after().tree().root()).isEqualTo(before);
        }
    }

    @Test
    void aDiskOfZerosIsZeroOnlyWhereItsEndIsAlsoThatOfTheTree() throws InterruptedException {
        for (long size : new long[] {64, 4096, 262_144}) {
            History history = new History(1);
            history.apply(size, zeros(0, size));
            assertThat(history.last().tree().root()).isEqualTo(new TreeRoot.Zero());
            assertThat(history.nodes.writes).isZero();

            history.apply(size - 1, new TreeMap<>());
            assertThat(history.last().tree().root()).isInstanceOf(TreeRoot.Node.class);
            assertRootIs(history.last(), "a block shorter");

            history.apply(size, zeros(size - 1, size));
            assertThat(history.last().tree().root()).isEqualTo(new TreeRoot.Zero());

            history.apply(size + 1, new TreeMap<>());
            assertRootIs(history.last(), "a block longer");
            assertThat(history.last().tree().leaf(0).isAllZero()).isTrue();

            history.apply(1L << 25, new TreeMap<>());
            assertRootIs(history.last(), "2 TiB");
            history.apply(size, new TreeMap<>());
            assertThat(history.last().tree().root()).isEqualTo(new TreeRoot.Zero());
            history.apply(0, new TreeMap<>());
            assertThat(history.last().tree().root()).isEqualTo(new TreeRoot.Hole());
        }
    }

    private static NavigableMap<Long, DiskModel.@Nullable Entry> zeros(long from, long to) {
        NavigableMap<Long, DiskModel.@Nullable Entry> zeros = new TreeMap<>();
        for (long block = from; block < to; block++) {
            zeros.put(block, DiskModel.ZERO);
        }
        return zeros;
    }

    @Test
    void whatWasCutOffDoesNotComeBackWhenTheDiskGrowsAgain() throws InterruptedException {
        History history = new History(1);
        NavigableMap<Long, DiskModel.@Nullable Entry> two = new TreeMap<>();
        two.put(10L, new DiskModel.Stored(1));
        two.put(20L, new DiskModel.Stored(2));
        two.put(1L << 24, new DiskModel.Stored(3));
        history.apply(1L << 25, two);
        for (long size : new long[] {15, 1L << 25, 11, 4097, 10, 1L << 25}) {
            history.apply(size, new TreeMap<>());
            assertRootIs(history.last(), size + " blocks");
        }
        assertThat(history.last().tree().root()).isEqualTo(new TreeRoot.Hole());
    }

    @Test
    void leavesComeInRisingOrderAndInsideOfTheDisk() throws InterruptedException {
        NodesInMemory nodes = new NodesInMemory();
        TreeUpdater updater = new TreeUpdater(Tree.hole(new TreeShape(0), nodes), new TreeShape(130), nodes);
        updater.put(1, new TreeNode(0));
        assertThatIllegalArgumentException().isThrownBy(() -> updater.put(1, new TreeNode(0)));
        assertThatIllegalArgumentException().isThrownBy(() -> updater.put(0, new TreeNode(0)));
        assertThatIllegalArgumentException().isThrownBy(() -> updater.put(3, new TreeNode(0)));
        assertThatIllegalArgumentException().isThrownBy(() -> updater.put(2, new TreeNode(1)));
        TreeNode tooLong = new TreeNode(0);
        tooLong.setZero(2);
        assertThatIllegalArgumentException().isThrownBy(() -> updater.put(2, tooLong));
        tooLong.setNever(2);
        updater.put(2, tooLong);
        assertThat(updater.finish()).isEqualTo(new TreeRoot.Hole());
    }

    @Test
    void theHeightFollowsFromTheSize() {
        long[] sizes = {0, 1, 64, 65, 4096, 4097, 262_144, 262_145, 1L << 24, (1L << 24) + 1, 1L << 42};
        int[] heights = {0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7};
        for (int i = 0; i < sizes.length; i++) {
            assertThat(new TreeShape(sizes[i]).height())
                    .as("%d blocks", sizes[i])
                    .isEqualTo(heights[i]);
        }
        assertThat(TreeShape.ofDisk(65_537).blocks()).isEqualTo(2);
        assertThat(new TreeShape(65).leaves()).isEqualTo(2);
        assertThatIllegalArgumentException().isThrownBy(() -> new TreeShape((1L << 42) + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new TreeShape(-1));
    }

    @Test
    void storedLeavesAreVisitedInOrderAndNoOthers() throws InterruptedException {
        for (long seed = 0; seed < 60; seed++) {
            History history = new History(seed);
            for (int step = 0; step < 12; step++) {
                History.Version version = history.step().after();
                List<Long> visited = new ArrayList<>();
                version.tree().forEachStoredLeaf(visited::add);
                assertThat(visited)
                        .as("seed %d, step %d", seed, step)
                        .containsExactlyElementsOf(version.model().storedLeaves());
            }
        }
    }
}
