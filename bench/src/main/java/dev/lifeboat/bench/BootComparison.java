package dev.lifeboat.bench;

import dev.lifeboat.bench.BootWay.Kind;
import dev.lifeboat.model.ByteCount;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Sets the ways beside each other, by the time from the order to the first answer. Immutable. */
final class BootComparison {

    private static final String AGAINST_LOCAL = "local";
    private static final String AGAINST_SMALL = "small";

    private final List<BootRow> rows;

    /**
     * Takes the medians.
     *
     * @param ways in the order of the rows
     * @param measurements of all ways and rounds, in any order
     */
    BootComparison(List<BootWay> ways, List<BootMeasurement> measurements) {
        this.rows = ways.stream()
                .map(way -> BootRow.medianOf(measurements.stream()
                        .filter(one -> one.way().equals(way.kind().label())
                                && one.diskBytes() == way.disk().bytes())
                        .toList()))
                .toList();
    }

    List<BootRow> rows() {
        return rows;
    }

    /** What a row is called among the ratios. */
    static String key(BootRow row) {
        return "%s, %s".formatted(row.way(), new ByteCount(row.diskBytes()));
    }

    Map<String, Map<String, Double>> ratios() {
        SequencedMap<String, Map<String, Double>> ratios = new LinkedHashMap<>();
        for (BootRow row : rows) {
            SequencedMap<String, Double> of = new LinkedHashMap<>();
            if (!row.way().equals(Kind.LOCAL.label())) {
                local(row).ifPresent(local -> of.put(AGAINST_LOCAL, Comparison.seconds(row.httpS(), local.httpS())));
            }
            BootRow small = small(row);
            if (small.diskBytes() < row.diskBytes()) {
                of.put(AGAINST_SMALL, Comparison.seconds(row.httpS(), small.httpS()));
            }
            if (!of.isEmpty()) {
                ratios.put(key(row), of);
            }
        }
        return ratios;
    }

    List<Verdict> verdicts() {
        List<Verdict> verdicts = new ArrayList<>();
        Map<String, Map<String, Double>> ratios = ratios();
        for (BootRow row : rows) {
            Map<String, Double> of = ratios.getOrDefault(key(row), Map.of());
            boolean cold = row.way().equals(Kind.VAULT.label());
            if (cold && of.containsKey(AGAINST_LOCAL)) {
                verdicts.add(Gate.BOOT_VAULT.judge(against(Kind.LOCAL, row), of.getOrDefault(AGAINST_LOCAL, 0.0)));
            }
            if (cold && of.containsKey(AGAINST_SMALL)) {
                verdicts.add(Gate.BOOT_LARGE.judge(key(small(row)), of.getOrDefault(AGAINST_SMALL, 0.0)));
            }
            if (row.way().equals(Kind.DISTANT_TRACED.label()) && of.containsKey(AGAINST_LOCAL)) {
                verdicts.add(Gate.BOOT_DISTANT.judge(against(Kind.LOCAL, row), of.getOrDefault(AGAINST_LOCAL, 0.0)));
            }
        }
        return verdicts;
    }

    private static String against(Kind kind, BootRow row) {
        return "%s, %s".formatted(kind.label(), new ByteCount(row.diskBytes()));
    }

    private Optional<BootRow> local(BootRow beside) {
        return rows.stream()
                .filter(row -> row.way().equals(Kind.LOCAL.label()) && row.diskBytes() == beside.diskBytes())
                .findFirst();
    }

    /** The same way with the smallest disk. */
    private BootRow small(BootRow beside) {
        return rows.stream()
                .filter(row -> row.way().equals(beside.way()))
                .reduce(beside, (one, other) -> other.diskBytes() < one.diskBytes() ? other : one);
    }
}
