package dev.lifeboat.bench;

import dev.lifeboat.bench.image.BenchImage;
import dev.lifeboat.bench.tool.Contender;
import dev.lifeboat.bench.tool.OwnMeter;
import dev.lifeboat.bench.tool.ProcessCost;
import dev.lifeboat.bench.tool.StoredSize;
import dev.lifeboat.host.Program;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

/**
 * What a period costs: 10 MiB of the image change, and the repository is brought up to date. Ours is a running process
 * that was told what changed, as an agent is; a peer is started again on the changed image. Stored bytes and objects
 * are what a round added.
 */
public final class CycleBench {

    static final String GENERATOR = "L64X128MixRandom";
    static final long SEED = 20_261_122L;

    /** Gigabytes on a slow disk. */
    private static final Duration COPY_LIMIT = Duration.ofMinutes(30);

    private final BenchRun run;
    private final BenchImage image;
    private final Contender ours;
    private final List<Contender> peers;
    private final IncrementalSessions sessions;
    private final Timekeeper time;

    public CycleBench(
            BenchRun run,
            BenchImage image,
            Contender ours,
            List<Contender> peers,
            IncrementalSessions sessions,
            Timekeeper time) {
        this.run = run;
        this.image = image;
        this.ours = ours;
        this.peers = List.copyOf(peers);
        this.sessions = sessions;
        this.time = time;
    }

    /** One of those who take turns. */
    private interface Turn {
        String name();

        Measurement take(int round, List<ByteRange> changed) throws InterruptedException;
    }

    /**
     * Measures.
     *
     * @throws LifeboatException when a tool fails or there is too little space
     * @throws InterruptedException when the thread is asked to stop
     */
    public BenchResult measure() throws InterruptedException {
        run.requireSpace(image, peers.size() + 2);
        Path copy = run.folder().resolve("changing.raw");
        run.progress().accept("Copying the image, for it will be changed");
        Program.of("cp", "--sparse=always", "--reflink=auto", image.file().toString(), copy.toString())
                .within(COPY_LIMIT)
                .run()
                .orThrow();
        ScatteredChanges changes = new ScatteredChanges(
                RandomGeneratorFactory.of(GENERATOR).create(SEED),
                image.description().bytes());
        List<Measurement> measurements = new ArrayList<>();
        run.progress().accept("First points");
        try (IncrementalSession session = sessions.ofImage(run.newFolder(ours.name()), copy)) {
            List<Turn> turns = new ArrayList<>();
            turns.add(ourTurn(session));
            for (Contender peer : peers) {
                turns.add(turnOf(peer, copy));
            }
            for (int round = 1; round <= run.rounds(); round++) {
                List<ByteRange> changed = changes.next();
                changes.write(copy, changed);
                for (Turn turn : Rotation.of(turns, round)) {
                    run.say(round, turn.name());
                    run.cache().drop();
                    measurements.add(turn.take(round, changed));
                }
            }
        }
        Comparison comparison = new Comparison(ours.name(), measurements);
        return run.result(
                "cycle",
                comparison.rows(),
                comparison.ratios(),
                judge(comparison),
                image,
                Stream.concat(Stream.of(ours), peers.stream()).toList(),
                measurements,
                List.of(
                        "In each round %s changed in aligned pieces of 64 KiB, seed %d; stored and objects are what a"
                                        .formatted(ScatteredChanges.DIRTY, SEED)
                                + " round added.",
                        "Ours ran inside of this process; its memory is the most that this process ever had."));
    }

    private Turn ourTurn(IncrementalSession session) {
        OwnMeter meter = new OwnMeter(time);
        return turn(ours.name(), round -> changed -> {
            meter.begin();
            PointResult point = session.nextPoint(changed);
            ProcessCost cost = meter.end();
            return measurement(ours.name(), round, cost, new StoredSize(point.bytes(), point.objects()));
        });
    }

    private Turn turnOf(Contender peer, Path copy) throws InterruptedException {
        Path work = run.newFolder(peer.name());
        peer.prepare(work);
        peer.seed(work, copy, run.meter());
        return turn(peer.name(), round -> changed -> {
            StoredSize before = peer.stored(work);
            ProcessCost cost = peer.seed(work, copy, run.meter());
            return measurement(peer.name(), round, cost, peer.stored(work).since(before));
        });
    }

    private Measurement measurement(String tool, int round, ProcessCost cost, StoredSize added) {
        return Measurement.of(tool, image.description().bytes(), round, cost, added)
                .after(ScatteredChanges.DIRTY);
    }

    /** What is done with the changes of one round. */
    private interface Work {
        Measurement with(List<ByteRange> changed) throws InterruptedException;
    }

    private static Turn turn(String name, Function<Integer, Work> work) {
        return new Turn() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Measurement take(int round, List<ByteRange> changed) throws InterruptedException {
                return work.apply(round).with(changed);
            }
        };
    }

    private static List<Verdict> judge(Comparison comparison) {
        List<Verdict> verdicts = new ArrayList<>();
        comparison.ratios().forEach((peer, ratios) -> {
            if (peer.equals("restic")) {
                verdicts.add(Gate.CYCLE_WALL.judge(peer, ratios.getOrDefault("wall", 0.0)));
            }
        });
        verdicts.add(Gate.CYCLE_OBJECTS.judge("", (double) comparison.our().objects()));
        return verdicts;
    }
}
