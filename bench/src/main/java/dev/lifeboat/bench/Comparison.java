package dev.lifeboat.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Sets our medians beside those of the peers. Immutable. */
final class Comparison {

    /** Below it a clock tells nothing; it keeps ratios finite. */
    private static final double LEAST_SECONDS = 0.001;

    private final String ours;
    private final List<Row> rows;

    /**
     * Takes the medians.
     *
     * @param ours the name of our tool
     * @param measurements of all tools and rounds, in any order
     */
    Comparison(String ours, List<Measurement> measurements) {
        this.ours = ours;
        SequencedMap<String, List<Measurement>> groups = new LinkedHashMap<>();
        measurements.forEach(measurement -> groups.computeIfAbsent(
                        "%s/%d/%d".formatted(measurement.tool(), measurement.diskBytes(), measurement.changedBytes()),
                        key -> new ArrayList<>())
                .add(measurement));
        // Ours first, the peers in the order in which they were measured first.
        List<Row> medians = new ArrayList<>();
        groups.values().forEach(group -> medians.add(Row.medianOf(group)));
        List<Row> sorted = new ArrayList<>(
                medians.stream().filter(row -> row.tool().equals(ours)).toList());
        medians.stream().filter(row -> !row.tool().equals(ours)).forEach(sorted::add);
        this.rows = List.copyOf(sorted);
    }

    List<Row> rows() {
        return rows;
    }

    /** Our only row. */
    Row our() {
        return rows.getFirst();
    }

    /** The row of a peer, if it was measured. */
    Optional<Row> peer(String name) {
        return rows.stream().filter(row -> row.tool().equals(name)).findFirst();
    }

    /**
     * For each peer: {@code wall} and {@code cpu}, so many times ours is faster or cheaper; {@code stored}, what we
     * store for each byte of theirs.
     */
    Map<String, Map<String, Double>> ratios() {
        SequencedMap<String, Map<String, Double>> ratios = new LinkedHashMap<>();
        rows.stream().filter(row -> !row.tool().equals(ours)).forEach(row -> ratios.put(row.tool(), ratios(row)));
        return ratios;
    }

    private Map<String, Double> ratios(Row theirs) {
        SequencedMap<String, Double> ratios = new LinkedHashMap<>();
        ratios.put("wall", seconds(theirs.wallS(), our().wallS()));
        ratios.put("cpu", seconds(theirs.cpuS(), our().cpuS()));
        ratios.put("stored", Row.rounded((double) our().storedBytes() / Math.max(1, theirs.storedBytes())));
        return ratios;
    }

    /** One time divided by another. */
    static double seconds(double dividend, double divisor) {
        return Row.rounded(dividend / Math.max(LEAST_SECONDS, divisor));
    }
}
