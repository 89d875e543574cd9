package dev.lifeboat.replication;

import java.time.Duration;

/**
 * For how long a frozen view may be read. What the guest overwrites meanwhile fills scratch space, and nobody can tell
 * in time how fast: so a pass that had to be freed by the guard is followed by one of half the length, and one that
 * went well by a longer one. What a pass leaves is for the next. Safe for use by several threads.
 */
final class PassLimit {

    /** At 2 MB/s of overwriting, half of 256 MiB of scratch. */
    private static final Duration FIRST = Duration.ofSeconds(60);

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private Duration limit = FIRST;

    synchronized Duration limit() {
        return limit;
    }

    /** Sets it, for who knows better. */
    synchronized void set(Duration to) {
        limit = to;
    }

    /** For how long the guard leaves a view open: reading ends before, and there is more to do than reading. */
    synchronized Duration deadline() {
        return limit.multipliedBy(2).plusSeconds(10);
    }

    synchronized void wentWell() {
        limit = limit.multipliedBy(2).compareTo(LONGEST) < 0 ? limit.multipliedBy(2) : LONGEST;
    }

    synchronized void tooLong() {
        limit = limit.dividedBy(2).compareTo(SHORTEST) > 0 ? limit.dividedBy(2) : SHORTEST;
    }
}
