package dev.lifeboat.lab.scribe;

import dev.lifeboat.lab.shop.Findings;
import dev.lifeboat.lab.shop.Silence;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of scribe from outside.
 *
 * @param startedAt when the watch began
 * @param endedAt when it ended; the moment of this report while it goes on
 * @param answers how often scribe told a number
 * @param highest the highest number it announced, 0 when none
 * @param highestAt when that number was heard first, null when none was
 * @param latest the number it announced last, 0 when none
 * @param latestAt when that was, null when none was
 * @param setbacks how often the number fell
 * @param longestSilence the longest time without an answer
 * @param lastTrouble the last thing that came instead of an answer, null when every question was answered
 */
public record ScribeWatch(
        Instant startedAt,
        Instant endedAt,
        long answers,
        long highest,
        @Nullable Instant highestAt,
        long latest,
        @Nullable Instant latestAt,
        Findings<ScribeSetback> setbacks,
        Silence longestSilence,
        @Nullable String lastTrouble) {

    /** A few lines for a person. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(
                highestAt == null
                        ? "Scribe announced no record.%n".formatted()
                        : "Scribe announced records up to %d, at %s; the latest was %d, at %s.%n"
                                .formatted(highest, highestAt, latest, latestAt));
        text.append("Longest time without an answer: %.1f s, from %s to %s.%n"
                .formatted(longestSilence.length().toMillis() / 1000.0, longestSilence.from(), longestSilence.to()));
        setbacks.first()
                .forEach(fall -> text.append("At %s it went back from %d to %d: records were lost.%n"
                        .formatted(fall.at(), fall.before(), fall.after())));
        return text.toString();
    }
}
