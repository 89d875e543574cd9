package dev.lifeboat.cli;

import dev.lifeboat.host.CheckState;
import dev.lifeboat.host.HostFinding;
import java.util.List;

/**
 * What {@code lifeboat doctor} shows.
 *
 * @param complete whether nothing is missing; notes do not count
 * @param checks in the order in which they were made
 */
public record DoctorReport(boolean complete, List<Row> checks) {

    /** One check; the state is ok, missing or note. */
    public record Row(String check, String state, String found, String remedy, List<String> packages) {

        static Row of(HostFinding finding) {
            return new Row(
                    finding.check(),
                    finding.state().word(),
                    finding.found(),
                    finding.remedy().strip(),
                    finding.packages());
        }

        private boolean remedyFitsInALine() {
            return remedy.lines().count() <= 1;
        }
    }

    static DoctorReport of(List<HostFinding> findings) {
        return new DoctorReport(
                findings.stream().noneMatch(finding -> finding.state() == CheckState.MISSING),
                findings.stream().map(Row::of).toList());
    }

    /** The names of the checks that found something missing. */
    List<String> missing() {
        return checks.stream()
                .filter(row -> row.state().equals(CheckState.MISSING.word()))
                .map(Row::check)
                .toList();
    }

    /** The packages that would mend what can be mended so, each once. */
    List<String> packages() {
        return checks.stream()
                .flatMap(row -> row.packages().stream())
                .distinct()
                .toList();
    }

    /** The table, and below it the remedies that take several lines. */
    String text() {
        Table table = new Table("CHECK", "STATE", "FOUND", "REMEDY");
        StringBuilder below = new StringBuilder();
        for (Row row : checks) {
            boolean fits = row.remedyFitsInALine();
            table.row(row.check(), row.state(), oneLine(row.found()), fits ? row.remedy() : "see below");
            if (!fits) {
                below.append("\n%s:\n%s\n".formatted(row.check(), row.remedy()));
            }
        }
        return table.text() + below;
    }

    /** The whole in one sentence. */
    String sentence() {
        return complete
                ? "This host has everything that Lifeboat needs."
                : "This host lacks something that Lifeboat needs: %s.".formatted(String.join(", ", missing()));
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
