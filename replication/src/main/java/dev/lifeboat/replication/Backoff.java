package dev.lifeboat.replication;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after failures: twice as long after each, and of each pause a random part of up to a half less, so
 * that groups and hosts do not come back at one moment. Who is captured often is not left waiting for long when what
 * failed is back. For one thread.
 */
final class Backoff {

    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final Duration LONGEST_OF_ALL = Duration.ofMinutes(5);

    /** For a group that is captured more often than that: an attempt with a store that is away costs little. */
    private static final Duration LONGEST_OF_FREQUENT = Duration.ofSeconds(30);

    private final RandomGenerator random;
    private final Duration longest;
    private Duration next = FIRST;

    /** @param period of the group; no pause is longer, within bounds */
    Backoff(RandomGenerator random, Duration period) {
        this.random = random;
        this.longest = shorter(LONGEST_OF_ALL, longer(LONGEST_OF_FREQUENT, period));
    }

    /** The pause after one more failure. */
    Duration failed() {
        Duration pause = next;
        next = shorter(next.multipliedBy(2), longest);
        return pause.minusMillis(random.nextLong(pause.toMillis() / 2 + 1));
    }

    void succeeded() {
        next = FIRST;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
