package dev.lifeboat.vault.store;

import java.time.Duration;

/**
 * How often and after which pauses a store is asked again. The pause doubles from the first to the longest; of each, a
 * random part of up to a half is left out, so that many agents do not come back at the same moment.
 *
 * @param attempts how often in all; at least once
 * @param firstPause before the second attempt
 * @param longestPause what the pauses do not grow beyond
 */
public record RetryPolicy(int attempts, Duration firstPause, Duration longestPause) {

    /** Some ten seconds in all: a restart of a gateway, not an outage, which is for the cycle that comes next. */
    public static final RetryPolicy STANDARD = new RetryPolicy(8, Duration.ofMillis(100), Duration.ofSeconds(10));

    /** More than ever makes sense, and a shift by it does not overflow. */
    private static final int MAX_ATTEMPTS = 30;

    public RetryPolicy {
        if (attempts < 1 || attempts > MAX_ATTEMPTS) {
            throw new IllegalArgumentException("attempts: " + attempts);
        }
        if (firstPause.isNegative() || firstPause.compareTo(longestPause) > 0) {
            throw new IllegalArgumentException("pauses from " + firstPause + " to " + longestPause);
        }
    }

    /** The pause after an attempt that failed, before anything is left out. */
    Duration pauseAfter(int attempt) {
        Duration doubled = firstPause.multipliedBy(1L << (attempt - 1));
        return doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
    }
}
