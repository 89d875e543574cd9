package dev.lifeboat.bench;

import dev.lifeboat.bench.ServedWay.RandomFigures;
import dev.lifeboat.bench.ServedWay.SequentialFigures;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.LifeboatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** The same disk read from one server after the other, in order and here and there. */
public final class ServedBench {

    private final BenchRun run;
    private final ServedWay peer;
    private final ServedWay ours;
    private final List<ServedWay> all;

    /**
     * Measures nothing yet.
     *
     * @param peer beside which the others are set
     * @param ours who is judged
     * @param others who are shown too
     */
    public ServedBench(BenchRun run, ServedWay peer, ServedWay ours, List<ServedWay> others) {
        this.run = run;
        this.peer = peer;
        this.ours = ours;
        List<ServedWay> ways = new ArrayList<>(List.of(peer, ours));
        ways.addAll(others);
        this.all = List.copyOf(ways);
    }

    /**
     * Measures.
     *
     * @param disk its size
     * @param tools versions of what took part
     * @param notes what a reader of the figures has to know
     * @throws LifeboatException when the disk could not be read
     * @throws InterruptedException when the thread is asked to stop
     */
    public ServedResult measure(ByteCount disk, SequencedMap<String, String> tools, List<String> notes)
            throws InterruptedException {
        List<ServedMeasurement> measurements = new ArrayList<>();
        for (int round = 1; round <= run.rounds(); round++) {
            for (ServedWay way : Rotation.of(all, round)) {
                run.say(round, way.name());
                run.cache().drop();
                SequentialFigures sequential = way.sequential();
                run.cache().drop();
                RandomFigures random = way.random();
                measurements.add(new ServedMeasurement(
                        way.name(),
                        round,
                        Row.rounded(sequential.mibPerS()),
                        Row.rounded(random.medianMs()),
                        Row.rounded(random.p99Ms()),
                        Row.rounded(sequential.rssMib())));
            }
        }
        List<ServedMeasurement> rows =
                all.stream().map(way -> medianOf(way.name(), measurements)).toList();
        ServedMeasurement beside = rows.getFirst();
        SequencedMap<String, Map<String, Double>> ratios = new LinkedHashMap<>();
        for (ServedMeasurement row : rows.subList(1, rows.size())) {
            ratios.put(
                    row.server(),
                    Map.of("sequential", Comparison.seconds(row.sequentialMibPerS(), beside.sequentialMibPerS())));
        }
        ServedMeasurement judged = rows.get(1);
        Map<String, String> versions = new LinkedHashMap<>(tools);
        versions.put("java", Runtime.version().toString());
        versions.put("kernel", System.getProperty("os.version"));
        List<String> allNotes = new ArrayList<>(notes);
        allNotes.add(run.cacheNote());
        return new ServedResult(
                "export",
                disk.bytes(),
                rows,
                ratios,
                List.of(
                        Gate.EXPORT_SEQUENTIAL.judge(
                                peer.name(),
                                ratios.getOrDefault(ours.name(), Map.of()).getOrDefault("sequential", 0.0)),
                        Gate.EXPORT_RANDOM.judge("", judged.randomP99Ms())),
                run.rounds(),
                versions,
                measurements,
                allNotes);
    }

    private static ServedMeasurement medianOf(String server, List<ServedMeasurement> measurements) {
        List<ServedMeasurement> own =
                measurements.stream().filter(one -> one.server().equals(server)).toList();
        return new ServedMeasurement(
                server,
                0,
                Row.rounded(Row.median(own, ServedMeasurement::sequentialMibPerS)),
                Row.rounded(Row.median(own, ServedMeasurement::randomMedianMs)),
                Row.rounded(Row.median(own, ServedMeasurement::randomP99Ms)),
                Row.rounded(Row.median(own, ServedMeasurement::rssMib)));
    }
}
