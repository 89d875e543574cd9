package dev.lifeboat.bench;

import dev.lifeboat.bench.image.BenchImage;
import dev.lifeboat.bench.tool.ProcessCost;
import dev.lifeboat.bench.tool.StoredSize;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

/**
 * What a period of a machine that runs costs, when nothing changed and when 10 MiB changed. Each tool has a machine of
 * its own, for it goes on from checkpoints of its own, which others do not bear; the disks are the same, and the same
 * changes on them. Ours is an agent that runs on from one period to the next; a peer is started anew each time.
 */
public final class LiveCycleBench {

    /** The prefix of the ratios of cycles in which nothing changed. */
    private static final String EMPTY = "empty_";

    private static final ByteCount NOTHING = new ByteCount(0);

    private final BenchRun run;
    private final BenchImage image;
    private final LiveMachines machines;
    private final LiveTool ours;
    private final List<LiveTool> tools;

    public LiveCycleBench(BenchRun run, BenchImage image, LiveMachines machines, LiveTool ours, List<LiveTool> peers) {
        this.run = run;
        this.image = image;
        this.machines = machines;
        this.ours = ours;
        this.tools = Stream.concat(Stream.of(ours), peers.stream()).toList();
    }

    /** A tool with the machine that it protects. */
    private record Pair(LiveTool tool, LiveMachine machine, Path work, LiveProtection protection) {}

    /**
     * Measures.
     *
     * @throws LifeboatException when a tool fails or there is too little space
     * @throws InterruptedException when the thread is asked to stop
     */
    public BenchResult measure() throws InterruptedException {
        // A disk and a repository of each.
        run.requireSpace(image, 2 * tools.size());
        ScatteredChanges changes = new ScatteredChanges(
                RandomGeneratorFactory.of(CycleBench.GENERATOR).create(CycleBench.SEED),
                image.description().bytes());
        List<Measurement> measurements = new ArrayList<>();
        Deque<Pair> pairs = new ArrayDeque<>();
        try {
            for (LiveTool tool : tools) {
                pairs.add(begin(tool));
            }
            for (int round = 1; round <= run.rounds(); round++) {
                SequencedMap<ByteRange, byte[]> contents = changes.contents(changes.next());
                for (Pair pair : Rotation.of(List.copyOf(pairs), round)) {
                    run.say(round, pair.tool().name());
                    for (Pair other : pairs) {
                        if (!other.equals(pair)) {
                            other.protection().settle();
                        }
                    }
                    measurements.add(measure(pair, round, new LinkedHashMap<>(), NOTHING));
                    measurements.add(measure(pair, round, contents, ScatteredChanges.DIRTY));
                }
            }
        } finally {
            pairs.descendingIterator()
                    .forEachRemaining(pair -> pair.protection().close());
        }
        return result(measurements);
    }

    private Pair begin(LiveTool tool) throws InterruptedException {
        run.progress().accept("Starting a machine with the image for " + tool.name() + ", and its first copy");
        LiveMachine machine = machines.start("bench-" + tool.name(), image);
        Path work = run.newFolder(tool.name());
        tool.prepare(work);
        return new Pair(tool, machine, work, tool.protect(machine, work, run.meter()));
    }

    private Measurement measure(Pair pair, int round, SequencedMap<ByteRange, byte[]> contents, ByteCount changed)
            throws InterruptedException {
        StoredSize[] before = new StoredSize[1];
        ProcessCost cost = pair.protection()
                .next(
                        () -> {
                            pair.machine().write(contents);
                            run.cache().drop();
                            before[0] = pair.tool().stored(pair.work());
                        },
                        changed.bytes());
        StoredSize added = pair.tool().stored(pair.work()).since(before[0]);
        return Measurement.of(pair.tool().name(), image.description().bytes(), round, cost, added)
                .after(changed);
    }

    private BenchResult result(List<Measurement> measurements) throws InterruptedException {
        Comparison changed = comparison(measurements, ScatteredChanges.DIRTY);
        Comparison empty = comparison(measurements, NOTHING);
        SequencedMap<String, Map<String, Double>> ratios = new LinkedHashMap<>();
        changed.ratios().forEach((peer, values) -> ratios.put(peer, new LinkedHashMap<>(values)));
        empty.ratios()
                .forEach((peer, values) ->
                        values.forEach((name, value) -> ratios.computeIfAbsent(peer, key -> new LinkedHashMap<>())
                                .put(EMPTY + name, value)));
        return run.result(
                "cycle",
                Stream.concat(changed.rows().stream(), empty.rows().stream()).toList(),
                ratios,
                List.of(
                        Gate.CYCLE_OBJECTS.judge("", (double) changed.our().objects()),
                        Gate.LIVE_EMPTY_CPU.judge("", empty.our().cpuS()),
                        Gate.LIVE_EMPTY_OBJECTS.judge("", (double) empty.our().objects())),
                image,
                tools,
                measurements,
                List.of(
                        "In each round first nothing changed, then %s in aligned pieces of 64 KiB, seed %d; stored and"
                                        .formatted(ScatteredChanges.DIRTY, CycleBench.SEED)
                                + " objects are what a copy added.",
                        "Ours is an agent that runs on. Its wall time is the one that it tells of the cycle; its"
                                + " processor seconds, with those of the guard, are from one point to the next, whatever"
                                + " else it does in between; its memory is the most it ever had."));
    }

    private Comparison comparison(List<Measurement> measurements, ByteCount changed) {
        return new Comparison(
                ours.name(),
                measurements.stream()
                        .filter(measurement -> measurement.changedBytes() == changed.bytes())
                        .toList());
    }
}
