package dev.lifeboat.vault.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TreeDiffTest {

    @Test
    void tellsTheBlocksInWhichTwoVersionsDifferAtTheCostOfTheDifference() throws InterruptedException {
        for (long seed = 0; seed < 100; seed++) {
            History history = new History(seed);
            for (int step = 0; step < 15; step++) {
                history.step();
            }
            for (int pair = 0; pair < 20; pair++) {
                History.Version before = any(history);
                History.Version after = any(history);
                String what = "seed %d, pair %d".formatted(seed, pair);
                history.nodes.reads = 0;
                assertThat(changed(before.tree(), after.tree())).as(what).isEqualTo(expected(before, after));
                assertThat(history.nodes.reads).as(what).isLessThanOrEqualTo(mostReads(before.model(), after.model()));
            }
        }
    }

    private static History.Version any(History history) {
        return history.versions.get(history.random.nextInt(history.versions.size()));
    }

    private static NavigableSet<Long> changed(Tree before, Tree after) {
        NavigableSet<Long> changed = new TreeSet<>();
        TreeDiff.compare(before, after, (first, count) -> {
            assertThat(count).isPositive();
            if (!changed.isEmpty()) {
                assertThat(first).as("ranges rise and never touch").isGreaterThan(changed.last() + 1);
            }
            for (long block = first; block < first + count; block++) {
                changed.add(block);
            }
        });
        return changed;
    }

    private static NavigableSet<Long> expected(History.Version before, History.Version after) {
        NavigableSet<Long> expected = union(before.model(), after.model());
        expected.removeIf(block -> Objects.equals(
                read(before.model().entries.get(block)),
                read(after.model().entries.get(block))));
        return expected;
    }

    private static NavigableSet<Long> union(DiskModel one, DiskModel other) {
        NavigableSet<Long> blocks = new TreeSet<>(one.entries.keySet());
        blocks.addAll(other.entries.keySet());
        return blocks;
    }

    /** What is read there: never written and zero are the same. */
    private static DiskModel.@Nullable Entry read(DiskModel.@Nullable Entry entry) {
        return entry instanceof DiskModel.Zero ? null : entry;
    }

    /** In both trees the paths to leaves that are not the same, and what the taller one has above the other. */
    private static int mostReads(DiskModel one, DiskModel other) {
        NavigableSet<Long> blocks = union(one, other);
        blocks.removeIf(block -> Objects.equals(one.entries.get(block), other.entries.get(block)));
        int height = Math.max(one.shape().height(), other.shape().height());
        return 2 * DiskModel.paths(DiskModel.leaves(blocks), height)
                + Math.abs(one.shape().height() - other.shape().height());
    }

    @Test
    void aTreeDoesNotDifferFromItselfAndThatIsSeenAtOnce() throws InterruptedException {
        for (long seed = 0; seed < 50; seed++) {
            History history = new History(seed);
            for (int step = 0; step < 10; step++) {
                Tree tree = history.step().after().tree();
                history.nodes.reads = 0;
                assertThat(changed(tree, tree)).isEmpty();
                assertThat(history.nodes.reads).isZero();
            }
        }
    }

    @Test
    void zeroAndNeverWrittenReadTheSame() throws InterruptedException {
        History history = new History(1);
        TreeMap<Long, DiskModel.@Nullable Entry> zeros = new TreeMap<>();
        for (long block = 0; block < 300; block++) {
            zeros.put(block, DiskModel.ZERO);
        }
        Tree zero = history.apply(300, zeros).after().tree();
        Tree grown = history.apply(10_000, new TreeMap<>()).after().tree();
        Tree never = Tree.hole(new TreeShape(300), history.nodes);
        assertThat(changed(zero, never)).isEmpty();
        assertThat(changed(never, zero)).isEmpty();
        assertThat(changed(never, grown)).isEmpty();
    }

    @Test
    void oneBlockOfTwoTebibytesCostsTwoPaths() throws InterruptedException {
        History history = new History(1);
        TreeMap<Long, DiskModel.@Nullable Entry> scattered = new TreeMap<>();
        for (long i = 0; i < 500; i++) {
            scattered.put(i * 67_000, new DiskModel.Stored(i));
        }
        Tree before = history.apply(1L << 25, scattered).after().tree();
        TreeMap<Long, DiskModel.@Nullable Entry> one = new TreeMap<>();
        one.put(67_000L, new DiskModel.Stored(999));
        History.Step step = history.apply(1L << 25, one);
        assertThat(step.written()).isEqualTo(5);
        history.nodes.reads = 0;
        assertThat(changed(before, step.after().tree())).containsExactly(67_000L);
        assertThat(history.nodes.reads).isEqualTo(10);
    }
}
