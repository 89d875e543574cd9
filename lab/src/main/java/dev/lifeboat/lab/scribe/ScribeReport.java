package dev.lifeboat.lab.scribe;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lifeboat.lab.shop.Findings;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ScribeAudit} found.
 *
 * @param announced the highest number that scribe had announced as safe, 0 when none
 * @param last the last sound record in its place, null when there is none
 * @param lost announced records behind the last: as many are lost
 * @param torn places before the last, or further behind it than a batch, and slots that hold neither zeros nor a record
 * @param missing records before the last in whose places there are zeros, or records of an earlier round
 * @param misplaced records that stand where another belongs
 * @param stale slots that do not show what the log says was done to them
 * @param future slots that show a record which the log does not have yet
 * @param unfinished the first place of the newest batch that holds half a record, null when none does: the trace of a
 *     crash
 */
public record ScribeReport(
        long announced,
        @Nullable ScribeRecord last,
        long lost,
        Findings<Long> torn,
        Findings<Places> missing,
        Findings<MisplacedRecord> misplaced,
        Findings<Long> stale,
        Findings<Long> future,
        @Nullable Long unfinished) {

    /** Whether every announced record is there, all are whole and in their order, and the slots agree with the log. */
    @JsonProperty
    public boolean clean() {
        return lost == 0 && torn.none() && missing.none() && misplaced.none() && stale.none() && future.none();
    }

    /** The report for a person. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(
                last == null
                        ? "There is no record on the disk.%n".formatted()
                        : "The last record on the disk is %d, written at %s.%n"
                                .formatted(last.number(), last.writtenAt()));
        text.append("Announced up to %d; lost of these: %d.%n".formatted(announced, lost));
        list(text, "Torn", "record", torn);
        list(text, "Missing in the middle", "record", missing);
        list(text, "Out of place", "record", misplaced);
        list(text, "Slots that do not show their newest write", "slot", stale);
        list(text, "Slots from after the newest record", "slot", future);
        if (unfinished != null) {
            text.append("Record %d was being written when the crash came; this is harmless.%n".formatted(unfinished));
        }
        if (clean()) {
            text.append("No announced record is lost, none is torn, and all are in their order.%n".formatted());
        }
        return text.toString();
    }

    private static void list(StringBuilder text, String title, String what, Findings<?> findings) {
        if (findings.none()) {
            return;
        }
        text.append("%s: %d%n".formatted(title, findings.count()));
        for (Object finding : findings.first()) {
            String line = switch (finding) {
                case MisplacedRecord(long place, ScribeRecord found) ->
                    "record %d in the place of record %d".formatted(found.number(), place);
                default -> what + " " + finding;
            };
            text.append("  ").append(line).append('\n');
        }
        if (findings.count() > findings.first().size()) {
            text.append("  … and %d more%n"
                    .formatted(findings.count() - findings.first().size()));
        }
    }
}
