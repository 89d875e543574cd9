package dev.lifeboat.bench;

import dev.lifeboat.model.LifeboatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** The same machine comes up in one way after the other, each once in every round. */
public final class BootBench {

    private final BenchRun run;
    private final List<BootWay> ways;

    /** @param ways at least one; a kind and a disk each once */
    public BootBench(BenchRun run, List<BootWay> ways) {
        this.run = run;
        this.ways = List.copyOf(ways);
    }

    /**
     * Measures.
     *
     * @param tools versions of what took part
     * @param notes what a reader of the figures has to know
     * @throws LifeboatException when a machine does not come up
     * @throws InterruptedException when the thread is asked to stop
     */
    public BootResult measure(SequencedMap<String, String> tools, List<String> notes) throws InterruptedException {
        List<BootMeasurement> measurements = new ArrayList<>();
        for (int round = 1; round <= run.rounds(); round++) {
            for (BootWay way : Rotation.of(ways, round)) {
                run.say(round, way.text());
                run.cache().drop();
                measurements.add(BootMeasurement.of(way, round, way.boot()));
            }
        }
        BootComparison comparison = new BootComparison(ways, measurements);
        Map<String, String> versions = new LinkedHashMap<>(tools);
        versions.put("java", Runtime.version().toString());
        versions.put("kernel", System.getProperty("os.version"));
        List<String> allNotes = new ArrayList<>(notes);
        allNotes.add(run.cacheNote());
        return new BootResult(
                "boot",
                comparison.rows(),
                comparison.ratios(),
                comparison.verdicts(),
                run.rounds(),
                versions,
                measurements,
                allNotes);
    }
}
