package dev.lifeboat.bench;

import dev.lifeboat.cli.Table;
import dev.lifeboat.model.ByteCount;
import java.util.List;
import java.util.Map;

/**
 * What {@code bench export} prints. The keys of the JSON document are stable.
 *
 * @param bench the command
 * @param diskBytes the size of the disk
 * @param rows the medians
 * @param ratios server → {@code sequential}: its speed, times that of the first one
 * @param gates whether they were held
 * @param rounds how often each was measured
 * @param versions of the tools and of the host
 * @param measurements every round, in the order in which they were made
 * @param notes what a reader of the figures has to know
 */
public record ServedResult(
        String bench,
        long diskBytes,
        List<ServedMeasurement> rows,
        Map<String, Map<String, Double>> ratios,
        List<Verdict> gates,
        int rounds,
        Map<String, String> versions,
        List<ServedMeasurement> measurements,
        List<String> notes) {

    public ServedResult {
        rows = List.copyOf(rows);
        gates = List.copyOf(gates);
        measurements = List.copyOf(measurements);
        notes = List.copyOf(notes);
    }

    /** For a person. */
    public String text() {
        Table table = new Table("SERVER", "DISK", "SEQUENTIAL MIB/S", "RANDOM MS", "99 % MS", "RSS MIB");
        rows.forEach(row -> table.row(
                row.server(),
                new ByteCount(diskBytes).text(),
                BenchText.number("%.0f", row.sequentialMibPerS()),
                BenchText.number("%.2f", row.randomMedianMs()),
                BenchText.number("%.2f", row.randomP99Ms()),
                BenchText.number("%.0f", row.rssMib())));
        StringBuilder text = new StringBuilder("Medians of %d rounds.%n".formatted(rounds));
        versions.forEach(
                (tool, version) -> text.append(tool).append(' ').append(version).append('\n'));
        notes.forEach(note -> text.append(note).append('\n'));
        return String.join("\n", table.text(), BenchText.gates(gates), text);
    }
}
