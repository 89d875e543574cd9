package dev.lifeboat.bench;

import dev.lifeboat.cli.Table;
import dev.lifeboat.model.ByteCount;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How long machines took to come up, for a person: the medians, the gates, and how they came about. */
final class BootText {

    private final BootResult result;

    BootText(BootResult result) {
        this.result = result;
    }

    String text() {
        return String.join("\n", rows(), BenchText.gates(result.gates()), circumstances());
    }

    private String rows() {
        Table table = new Table(
                "WAY", "DISK", "HTTP 200 S", "RUNS S", "LOCAL", "SMALL", "FETCHED", "READ", "CPU S", "RSS MIB");
        for (BootRow row : result.rows()) {
            boolean exported = row.rssMib() > 0;
            table.row(
                    row.way(),
                    new ByteCount(row.diskBytes()).text(),
                    BenchText.number("%.2f", row.httpS()),
                    BenchText.number("%.2f", row.runningS()),
                    ratio(row, "local"),
                    ratio(row, "small"),
                    exported ? new ByteCount(row.fetchedBytes()).text() : "",
                    exported ? new ByteCount(row.readBytes()).text() : "",
                    exported ? BenchText.number("%.2f", row.cpuS()) : "",
                    exported ? BenchText.number("%.0f", row.rssMib()) : "");
        }
        return table.text();
    }

    private String ratio(BootRow row, String name) {
        Double value =
                result.ratios().getOrDefault(BootComparison.key(row), Map.of()).get(name);
        return value == null ? "" : String.format(Locale.ROOT, "%.2f", value);
    }

    private String circumstances() {
        StringBuilder text = new StringBuilder("Medians of %d rounds.%n".formatted(result.rounds()));
        result.versions()
                .forEach((tool, version) ->
                        text.append(tool).append(' ').append(version).append('\n'));
        List<String> notes = result.notes();
        notes.forEach(note -> text.append(note).append('\n'));
        return text.toString();
    }
}
