package dev.lifeboat.bench;

import java.util.List;
import java.util.Map;

/**
 * What {@code bench boot} prints. The keys of the JSON document are stable.
 *
 * @param bench the command
 * @param rows the medians, in the order of the ways
 * @param ratios way and disk → {@code local}: times what it takes from the local disk; {@code small}: times what the
 *     same way takes with the smallest disk
 * @param gates whether they were held
 * @param rounds how often each way was measured
 * @param versions of the tools and of the host
 * @param measurements every single one, in the order in which they were made
 * @param notes what a reader of the figures has to know
 */
public record BootResult(
        String bench,
        List<BootRow> rows,
        Map<String, Map<String, Double>> ratios,
        List<Verdict> gates,
        int rounds,
        Map<String, String> versions,
        List<BootMeasurement> measurements,
        List<String> notes) {

    public BootResult {
        rows = List.copyOf(rows);
        gates = List.copyOf(gates);
        measurements = List.copyOf(measurements);
        notes = List.copyOf(notes);
    }

    /** For a person. */
    public String text() {
        return new BootText(this).text();
    }
}
