package dev.lifeboat.vault.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/** A disk that changes at random, by its seed: as a model and as trees, all of whose versions are kept. */
final class History {

    /** Around all powers of 64, and 2 TiB. */
    private static final long[] SIZES = {
        0, 1, 2, 63, 64, 65, 127, 128, 129, 4095, 4096, 4097, 262_143, 262_144, 262_145, 1 << 25, (1 << 25) + 1
    };

    private static final int FEW = 300;

    record Version(DiskModel model, Tree tree) {}

    /** What one step did. */
    record Step(Version before, Version after, NavigableMap<Long, DiskModel.@Nullable Entry> changes, int written) {}

    final NodesInMemory nodes = new NodesInMemory();
    final List<Version> versions = new ArrayList<>();
    final RandomGenerator random;
    private long contents = 1;

    History(long seed) {
        random = RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(seed);
        versions.add(new Version(DiskModel.EMPTY, Tree.hole(new TreeShape(0), nodes)));
    }

    Version last() {
        return versions.getLast();
    }

    /** Changes some blocks, and sometimes the size. */
    Step step() throws InterruptedException {
        long size = last().model().blocks;
        return switch (random.nextInt(8)) {
            case 0, 1 -> resizeAndChange(SIZES[random.nextInt(SIZES.length)], random.nextInt(4));
            case 2 -> resizeAndChange(random.nextLong(FEW), random.nextInt(4));
            case 3 -> resizeAndChange(Math.max(0, size + random.nextInt(-3, 4)), random.nextInt(2));
            case 4 -> resizeAndChange(random.nextLong(1 << 25), 0);
            case 5 -> fill(size);
            default -> resizeAndChange(size, 1 + random.nextInt(4));
        };
    }

    private Step resizeAndChange(long size, int runs) throws InterruptedException {
        NavigableMap<Long, DiskModel.@Nullable Entry> changes = new TreeMap<>();
        for (int run = 0; run < runs && size > 0; run++) {
            long first = random.nextBoolean() ? random.nextLong(size) : Math.max(0, size - 1 - random.nextLong(70));
            long count = 1 + random.nextLong(random.nextBoolean() ? 3 : 200);
            int kind = random.nextInt(5);
            for (long block = first; block < Math.min(size, first + count); block++) {
                changes.put(block, entry(kind));
            }
        }
        return apply(size, changes);
    }

    /** Makes a whole disk, or all of a large one's beginning, uniform. */
    private Step fill(long size) throws InterruptedException {
        NavigableMap<Long, DiskModel.@Nullable Entry> changes = new TreeMap<>();
        int kind = random.nextInt(2);
        for (long block = 0; block < Math.min(size, 4200); block++) {
            changes.put(block, entry(kind));
        }
        return apply(size, changes);
    }

    private DiskModel.@Nullable Entry entry(int kind) {
        return switch (kind) {
            case 0 -> DiskModel.ZERO;
            case 1 -> null;
            case 2 -> new DiskModel.Stored(1 + random.nextInt(3));
            default -> new DiskModel.Stored(1000 + contents++);
        };
    }

    Step apply(long size, NavigableMap<Long, DiskModel.@Nullable Entry> changes) throws InterruptedException {
        Version before = last();
        int writes = nodes.writes;
        Tree tree = DiskModel.update(before.tree(), size, changes, nodes);
        Version after = new Version(before.model().changed(size, changes), tree);
        versions.add(after);
        return new Step(before, after, changes, nodes.writes - writes);
    }
}
