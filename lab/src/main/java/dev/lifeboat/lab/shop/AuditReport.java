package dev.lifeboat.lab.shop;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link OrderAudit} found. Of the confirmed orders, those present, torn and lost add up.
 *
 * @param asOf orders confirmed from this time on were not expected; null when all were
 * @param confirmed orders that were confirmed and expected
 * @param confirmedLater orders that were confirmed too late to be expected
 * @param present expected orders that db's book has exactly as they were confirmed
 * @param confirmedTorn expected orders of which db's book has only a torn line
 * @param orders sound lines of db's book
 * @param ledger sound lines of web's ledger
 * @param lost expected orders that db's book does not have: the shop has forgotten them
 * @param lostFromLedger expected orders that web's ledger does not have
 * @param torn lines of either book that are no sound orders
 * @param doubled lines of either book that repeat an earlier one's number or token
 * @param disagreements orders in the ledger that db's book does not have as well
 * @param gaps numbers that db's book leaves out
 * @param unconfirmed orders in db's book that the customer knows nothing of: harmless, their answers were lost
 * @param unledgered orders in db's book that the ledger does not have yet and that were not confirmed before: harmless
 * @param unfinished last lines that a crash cut off: harmless
 * @param firstLostAt when the first of the lost orders had been confirmed, null when none is lost
 * @param lastKeptAt when the last of all orders that are still there had been confirmed, null when there is none
 */
public record AuditReport(
        @Nullable Instant asOf,
        long confirmed,
        long confirmedLater,
        long present,
        long confirmedTorn,
        long orders,
        long ledger,
        Findings<LostOrder> lost,
        Findings<LostOrder> lostFromLedger,
        Findings<TornLine> torn,
        Findings<DoubledOrder> doubled,
        Findings<Disagreement> disagreements,
        Findings<NumberGap> gaps,
        Findings<Order> unconfirmed,
        Findings<Order> unledgered,
        List<UnfinishedLine> unfinished,
        @Nullable Instant firstLostAt,
        @Nullable Instant lastKeptAt) {

    public AuditReport {
        unfinished = List.copyOf(unfinished);
        if (confirmed != present + confirmedTorn + lost.count()) {
            throw new IllegalArgumentException("%d confirmed, of which %d present, %d torn, %d lost"
                    .formatted(confirmed, present, confirmedTorn, lost.count()));
        }
    }

    /** Whether every expected order is there, whole and once, and the two machines agree. */
    @JsonProperty
    public boolean clean() {
        return lost.none()
                && lostFromLedger.none()
                && torn.none()
                && doubled.none()
                && disagreements.none()
                && gaps.none();
    }

    /** The report for a person. */
    public String text() {
        return new AuditText(this).toString();
    }
}
