package dev.lifeboat.bench;

import dev.lifeboat.bench.image.BenchImage;
import dev.lifeboat.bench.tool.Contender;
import dev.lifeboat.bench.tool.ProcessCost;
import dev.lifeboat.host.Folders;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * The way back: an image out of its repository into a new file. What comes out is compared with the image afterwards,
 * which is not measured. Ours makes the file durable within its time; the peers do not.
 */
public final class RestoreBench {

    private final BenchRun run;
    private final BenchImage image;
    private final Contender ours;
    private final List<Contender> tools;

    public RestoreBench(BenchRun run, BenchImage image, Contender ours, List<Contender> peers) {
        this.run = run;
        this.image = image;
        this.ours = ours;
        this.tools = Stream.concat(Stream.of(ours), peers.stream()).toList();
    }

    /**
     * Measures.
     *
     * @throws LifeboatException when a tool fails or gives back something else, or there is too little space
     * @throws InterruptedException when the thread is asked to stop
     */
    public BenchResult measure() throws InterruptedException {
        run.requireSpace(image, tools.size() + 1);
        String wanted = BenchImage.sha256(image.file());
        SequencedMap<Contender, Path> stocked = new LinkedHashMap<>();
        for (Contender tool : tools) {
            run.progress().accept("Filling the repository of " + tool.name());
            Path work = run.newFolder(tool.name());
            tool.prepare(work);
            tool.seed(work, image.file(), run.meter());
            stocked.put(tool, work);
        }
        List<Measurement> measurements = new ArrayList<>();
        for (int round = 1; round <= run.rounds(); round++) {
            for (var tool : Rotation.of(List.copyOf(stocked.sequencedEntrySet()), round)) {
                run.say(round, tool.getKey().name());
                measurements.add(measure(tool.getKey(), tool.getValue(), round, wanted));
            }
        }
        stocked.sequencedValues().forEach(Folders::delete);
        Comparison comparison = new Comparison(ours.name(), measurements);
        return run.result(
                "restore",
                comparison.rows(),
                comparison.ratios(),
                judge(comparison),
                image,
                tools,
                measurements,
                List.of("Every restored file had the SHA-256 of the image, " + wanted + "."));
    }

    private Measurement measure(Contender tool, Path work, int round, String wanted) throws InterruptedException {
        Path restored = run.folder().resolve("restored.raw");
        run.cache().drop();
        ProcessCost cost = tool.restore(work, image.file(), restored, run.meter());
        String found = BenchImage.sha256(restored);
        if (!found.equals(wanted)) {
            throw new LifeboatException(
                    ErrorCode.HOST_PROGRAM_FAILED,
                    "What %s gave back is not what it was given: SHA-256 %s, not %s."
                            .formatted(tool.name(), found, wanted));
        }
        delete(restored);
        return Measurement.of(tool.name(), image.description().bytes(), round, cost, tool.stored(work));
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.HOST_FOLDER_NOT_REMOVED, "%s could not be removed: %s".formatted(file, e), e);
        }
    }

    private static List<Verdict> judge(Comparison comparison) {
        List<Verdict> verdicts = new ArrayList<>();
        comparison.ratios().forEach((peer, ratios) -> {
            if (peer.equals("restic")) {
                verdicts.add(Gate.RESTORE_WALL.judge(peer, ratios.getOrDefault("wall", 0.0)));
            }
        });
        verdicts.add(Gate.MEMORY.judge("", comparison.our().rssMib()));
        return verdicts;
    }
}
