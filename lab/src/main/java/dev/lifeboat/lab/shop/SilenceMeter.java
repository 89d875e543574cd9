package dev.lifeboat.lab.shop;

import dev.lifeboat.model.Timekeeper;
import java.time.Duration;
import java.time.Instant;

/** Finds the longest time between two signs of life. The watch begins when it is made. Not thread-safe. */
public final class SilenceMeter {

    private final Timekeeper time;
    private Instant lastSignAt;
    private Duration lastSign;
    private Silence longest;

    public SilenceMeter(Timekeeper time) {
        this.time = time;
        lastSignAt = time.instant();
        lastSign = time.elapsed();
        longest = new Silence(lastSignAt, lastSignAt, Duration.ZERO);
    }

    /** A sign of life came now. */
    public void sign() {
        longest = longest();
        lastSignAt = time.instant();
        lastSign = time.elapsed();
    }

    /** The longest silence up to now, which may be one that has not ended yet. */
    public Silence longest() {
        Duration present = time.elapsed().minus(lastSign);
        return present.compareTo(longest.length()) > 0 ? new Silence(lastSignAt, time.instant(), present) : longest;
    }
}
