package dev.lifeboat.replication;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after failures: twice as long after each, and of each pause a random part of up to a half less, so
 * that groups and hosts do not come back at one moment. For one thread.
 */
final class Backoff {

    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final RandomGenerator random;
    private Duration next = FIRST;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** The pause after one more failure. */
    Duration failed() {
        Duration pause = next;
        next = next.multipliedBy(2).compareTo(LONGEST) < 0 ? next.multipliedBy(2) : LONGEST;
        return pause.minusMillis(random.nextLong(pause.toMillis() / 2 + 1));
    }

    void succeeded() {
        next = FIRST;
    }
}
