package dev.lifeboat.bench;

import dev.lifeboat.bench.image.BenchImage;
import dev.lifeboat.bench.tool.Contender;
import dev.lifeboat.bench.tool.ProcessCost;
import dev.lifeboat.host.Folders;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The first copy of an image into a new repository, made anew for each round. Making the repository is not measured.
 */
public final class SeedBench {

    private final BenchRun run;
    private final BenchImage image;
    private final Contender ours;
    private final List<Contender> tools;

    public SeedBench(BenchRun run, BenchImage image, Contender ours, List<Contender> peers) {
        this.run = run;
        this.image = image;
        this.ours = ours;
        this.tools = Stream.concat(Stream.of(ours), peers.stream()).toList();
    }

    /**
     * Measures.
     *
     * @throws LifeboatException when a tool fails or there is too little space
     * @throws InterruptedException when the thread is asked to stop
     */
    public BenchResult measure() throws InterruptedException {
        run.requireSpace(image, 1);
        List<Measurement> measurements = new ArrayList<>();
        for (int round = 1; round <= run.rounds(); round++) {
            for (Contender tool : Rotation.of(tools, round)) {
                run.say(round, tool.name());
                measurements.add(measure(tool, round));
            }
        }
        Comparison comparison = new Comparison(ours.name(), measurements);
        return run.result(
                "seed",
                comparison.rows(),
                comparison.ratios(),
                judge(comparison),
                image,
                tools,
                measurements,
                List.of());
    }

    private Measurement measure(Contender tool, int round) throws InterruptedException {
        Path work = run.newFolder(tool.name());
        tool.prepare(work);
        run.cache().drop();
        ProcessCost cost = tool.seed(work, image.file(), run.meter());
        Measurement measurement =
                Measurement.of(tool.name(), image.description().bytes(), round, cost, tool.stored(work));
        Folders.delete(work);
        return measurement;
    }

    private static List<Verdict> judge(Comparison comparison) {
        List<Verdict> verdicts = new ArrayList<>();
        comparison.ratios().forEach((peer, ratios) -> {
            if (peer.equals("restic") || peer.equals("borg")) {
                verdicts.add(Gate.SEED_WALL.judge(peer, ratios.getOrDefault("wall", 0.0)));
            }
            if (peer.equals("restic")) {
                verdicts.add(Gate.SEED_STORED.judge(peer, ratios.getOrDefault("stored", Double.MAX_VALUE)));
            }
        });
        verdicts.add(Gate.MEMORY.judge("", comparison.our().rssMib()));
        return verdicts;
    }
}
