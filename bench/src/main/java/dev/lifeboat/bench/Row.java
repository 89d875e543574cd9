package dev.lifeboat.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a tool took: the median of each figure over all rounds. The columns are independent: the median wall time and
 * the median memory may come from different rounds.
 *
 * @param tool who did the work
 * @param wallS in seconds
 * @param cpuS in seconds
 * @param rssMib in MiB
 * @param storedBytes what the repository holds, or what a round added to it
 * @param objects how many files that is
 * @param diskBytes the size of the disk
 * @param changedBytes how much of it had changed since the point before; zero in a first copy
 */
public record Row(
        String tool,
        double wallS,
        double cpuS,
        double rssMib,
        long storedBytes,
        long objects,
        long diskBytes,
        long changedBytes) {

    private static final double THOUSAND = 1000;

    /** @param measurements of one tool, one disk and as much that had changed; at least one */
    static Row medianOf(List<Measurement> measurements) {
        Measurement first = measurements.getFirst();
        return new Row(
                first.tool(),
                rounded(median(measurements, Measurement::wallS)),
                rounded(median(measurements, Measurement::cpuS)),
                rounded(median(measurements, Measurement::rssMib)),
                Math.round(median(measurements, Measurement::storedBytes)),
                Math.round(median(measurements, Measurement::objects)),
                first.diskBytes(),
                first.changedBytes());
    }

    /** The middle one; of an even number, the mean of the two in the middle. */
    static <T> double median(List<T> measurements, ToDoubleFunction<T> figure) {
        double[] sorted = measurements.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** To three decimals: nothing is measured more exactly. */
    static double rounded(double figure) {
        return Math.round(figure * THOUSAND) / THOUSAND;
    }
}
