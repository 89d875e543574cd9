package dev.lifeboat.bench;

import dev.lifeboat.cli.Table;
import dev.lifeboat.model.ByteCount;
import java.util.List;
import java.util.Locale;

/** A result for a person: the medians, the gates, and how they came about. */
final class BenchText {

    private static final String PASS = "pass";
    private static final String MISS = "MISS";

    private final BenchResult result;

    BenchText(BenchResult result) {
        this.result = result;
    }

    String text() {
        return String.join("\n", rows(), ratios(), gates(result.gates()), circumstances());
    }

    private String rows() {
        Table table = new Table("TOOL", "DISK", "CHANGED", "WALL S", "CPU S", "RSS MIB", "STORED", "OBJECTS");
        result.rows()
                .forEach(row -> table.row(
                        row.tool(),
                        new ByteCount(row.diskBytes()).text(),
                        row.changedBytes() == 0 ? "" : new ByteCount(row.changedBytes()).text(),
                        number("%.2f", row.wallS()),
                        number("%.2f", row.cpuS()),
                        number("%.0f", row.rssMib()),
                        new ByteCount(row.storedBytes()).text(),
                        Long.toString(row.objects())));
        return table.text();
    }

    private String ratios() {
        Table table = new Table("AGAINST", "RATIO", "VALUE");
        result.ratios()
                .forEach((peer, ratios) ->
                        ratios.forEach((name, value) -> table.row(peer, name, number("%.2f", value))));
        return table.text();
    }

    /** Whether gates were held. */
    static String gates(List<Verdict> gates) {
        Table table = new Table("GATE", "AGAINST", "MEASURED", "LIMIT", "VERDICT");
        gates.forEach(verdict -> table.row(
                verdict.gate(),
                verdict.against(),
                number("%.2f", verdict.measured()),
                (verdict.atLeast() ? ">= " : "<= ") + number("%.2f", verdict.limit()),
                verdict.passed() ? PASS : MISS));
        return table.text();
    }

    private String circumstances() {
        StringBuilder text = new StringBuilder("Medians of %d rounds.%n".formatted(result.rounds()));
        if (result.image() != null) {
            text.append("Image: ").append(result.image().text()).append('\n');
        }
        result.versions()
                .forEach((tool, version) ->
                        text.append(tool).append(' ').append(version).append('\n'));
        result.flags()
                .forEach((tool, flags) ->
                        flags.forEach(flag -> text.append("  ").append(flag).append('\n')));
        result.notes().forEach(note -> text.append(note).append('\n'));
        return text.toString();
    }

    static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
