package dev.lifeboat.lab.shop;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a customer went through.
 *
 * @param startedAt when its watch began
 * @param endedAt when it stopped; the moment of the report while it has not
 * @param placed orders that it set out to place
 * @param confirmed orders that were confirmed, and written in its notebook
 * @param retried attempts beyond the first of an order
 * @param refused orders that the shop did not want
 * @param unanswered orders that it gave up without knowing their outcome: at most the one at hand when it stopped
 * @param falseConfirmations answers that confirmed something else than what was asked for
 * @param longestSilence the longest time without a confirmation: the outage, as a customer sees it
 * @param lastTrouble the last thing that came instead of an answer, null when every attempt was answered
 * @param lastRefusal what the shop said when it refused an order the last time, null when it never did
 */
public record CustomerReport(
        Instant startedAt,
        Instant endedAt,
        long placed,
        long confirmed,
        long retried,
        long refused,
        long unanswered,
        Findings<FalseConfirmation> falseConfirmations,
        Silence longestSilence,
        @Nullable String lastTrouble,
        @Nullable String lastRefusal) {

    /** A few lines for a person. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("Orders placed %d, confirmed %d, refused %d, without an answer %d; attempts repeated %d.%n"
                .formatted(placed, confirmed, refused, unanswered, retried));
        text.append("Longest time without a confirmation: %.1f s, from %s to %s.%n"
                .formatted(longestSilence.length().toMillis() / 1000.0, longestSilence.from(), longestSilence.to()));
        if (lastTrouble != null) {
            text.append("The last attempt without an answer ended with: %s%n".formatted(lastTrouble));
        }
        if (lastRefusal != null) {
            text.append("The shop refused an order last with: %s%n".formatted(lastRefusal));
        }
        if (!falseConfirmations.none()) {
            text.append("False confirmations: %d%n".formatted(falseConfirmations.count()));
            falseConfirmations
                    .first()
                    .forEach(wrong -> text.append("  %s asked for %d × %s (token %s) and got: %s%n"
                            .formatted(
                                    wrong.at(),
                                    wrong.request().quantity(),
                                    wrong.request().item(),
                                    wrong.request().token(),
                                    wrong.said())));
        }
        return text.toString();
    }
}
