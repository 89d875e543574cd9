package dev.lifeboat.bench;

import dev.lifeboat.bench.tool.Contender;
import dev.lifeboat.bench.tool.OwnMeter;
import dev.lifeboat.bench.tool.ProcessCost;
import dev.lifeboat.bench.tool.StoredSize;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGeneratorFactory;

/**
 * Whether a cycle costs more on a large disk than on one of 4 GiB, when every block of either is mapped and the same
 * amount changes. No peer takes part.
 */
public final class MappedBench {

    /** What a large disk is compared with. */
    public static final ByteCount SMALL = ByteCount.ofGibibytes(4);

    /** Cycles of each disk: they are short, and noise is large beside them. */
    public static final int CYCLES = 20;

    /**
     * Cycles of each disk before that. An agent has made thousands; in the first ones of a process Java still
     * interprets and compiles, the more the more nodes there are.
     */
    private static final int WARMING_UP = 20;

    private final BenchRun run;
    private final ByteCount large;
    private final ByteCount small;
    private final Contender ours;
    private final IncrementalSessions sessions;
    private final Timekeeper time;

    /** @param run with {@link #CYCLES} rounds, usually */
    public MappedBench(
            BenchRun run,
            ByteCount large,
            ByteCount small,
            Contender ours,
            IncrementalSessions sessions,
            Timekeeper time) {
        this.run = run;
        this.large = large;
        this.small = small;
        this.ours = ours;
        this.sessions = sessions;
        this.time = time;
    }

    /** A disk, and what changes on it. */
    private record Disk(ByteCount size, IncrementalSession session, ScatteredChanges changes) {}

    /**
     * Measures.
     *
     * @throws LifeboatException when there is no point
     * @throws InterruptedException when the thread is asked to stop
     */
    public BenchResult measure() throws InterruptedException {
        List<Measurement> measurements = new ArrayList<>();
        run.progress().accept("Preparing disks of %s and %s".formatted(large, small));
        try (IncrementalSession ofLarge = sessions.ofMappedDisk(run.newFolder("large"), large);
                IncrementalSession ofSmall = sessions.ofMappedDisk(run.newFolder("small"), small)) {
            List<Disk> disks = List.of(disk(large, ofLarge), disk(small, ofSmall));
            run.progress().accept("Warming up, %d cycles of each".formatted(WARMING_UP));
            for (int cycle = 0; cycle < WARMING_UP; cycle++) {
                for (Disk disk : disks) {
                    disk.session().nextPoint(disk.changes().next());
                }
            }
            for (int round = 1; round <= run.rounds(); round++) {
                for (Disk disk : Rotation.of(disks, round)) {
                    run.say(round, disk.size().text());
                    run.cache().drop();
                    measurements.add(measure(disk, round));
                }
            }
        }
        Comparison comparison = new Comparison(ours.name(), measurements);
        Row ofLarge = row(comparison, large);
        double mapped =
                Comparison.seconds(ofLarge.wallS(), row(comparison, small).wallS());
        SequencedMap<String, Map<String, Double>> ratios = new LinkedHashMap<>();
        ratios.put(ours.name(), Map.of("mapped", mapped));
        return run.result(
                "cycle",
                comparison.rows(),
                ratios,
                List.of(Gate.CYCLE_MAPPED.judge(small.text(), mapped), Gate.CYCLE_OBJECTS.judge("", (double)
                        ofLarge.objects())),
                null,
                List.of(ours),
                measurements,
                List.of(
                        "In each round %s changed in aligned pieces of 64 KiB, seed %d; every block was mapped."
                                .formatted(ScatteredChanges.DIRTY, CycleBench.SEED),
                        "%d cycles of each disk went before, unmeasured.".formatted(WARMING_UP)));
    }

    private Measurement measure(Disk disk, int round) throws InterruptedException {
        List<ByteRange> changed = disk.changes().next();
        OwnMeter meter = new OwnMeter(time);
        meter.begin();
        PointResult point = disk.session().nextPoint(changed);
        ProcessCost cost = meter.end();
        StoredSize added = new StoredSize(point.bytes(), point.objects());
        return Measurement.of(ours.name(), disk.size().bytes(), round, cost, added)
                .after(ScatteredChanges.DIRTY);
    }

    private static Disk disk(ByteCount size, IncrementalSession session) {
        return new Disk(
                size,
                session,
                new ScatteredChanges(
                        RandomGeneratorFactory.of(CycleBench.GENERATOR).create(CycleBench.SEED), size.bytes()));
    }

    private static Row row(Comparison comparison, ByteCount disk) {
        return comparison.rows().stream()
                .filter(row -> row.diskBytes() == disk.bytes())
                .findFirst()
                .orElseThrow();
    }
}
