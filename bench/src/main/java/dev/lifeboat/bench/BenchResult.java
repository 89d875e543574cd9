package dev.lifeboat.bench;

import dev.lifeboat.bench.image.ImageDescription;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a bench prints. The keys of the JSON document are stable.
 *
 * @param bench the command
 * @param rows the medians, ours first
 * @param ratios for each peer, see {@link Comparison#ratios}
 * @param gates whether they were held
 * @param rounds how often each tool was measured
 * @param image what was worked on; null when there was none
 * @param versions of the tools and of the host
 * @param flags how each tool was run
 * @param measurements every single one, in the order in which they were made
 * @param notes what a reader of the figures has to know
 */
public record BenchResult(
        String bench,
        List<Row> rows,
        Map<String, Map<String, Double>> ratios,
        List<Verdict> gates,
        int rounds,
        @Nullable ImageDescription image,
        Map<String, String> versions,
        Map<String, List<String>> flags,
        List<Measurement> measurements,
        List<String> notes) {

    public BenchResult {
        rows = List.copyOf(rows);
        gates = List.copyOf(gates);
        measurements = List.copyOf(measurements);
        notes = List.copyOf(notes);
    }

    /** For a person. */
    public String text() {
        return new BenchText(this).text();
    }
}
