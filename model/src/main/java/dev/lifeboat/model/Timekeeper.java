package dev.lifeboat.model;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/**
 * The only source of time and the only way to wait. It is handed to whoever needs it, so that tests can drive time by
 * hand; no other class may ask the system for the time or put a thread to sleep.
 *
 * <p>Implementations are safe for use by several threads.
 */
public interface Timekeeper extends InstantSource {

    /** Time since some fixed moment. It never goes back and knows nothing of the calendar: use it for durations. */
    Duration elapsed();

    /**
     * Waits.
     *
     * @throws InterruptedException when the thread is asked to stop
     */
    void pause(Duration duration) throws InterruptedException;

    /**
     * Looks at a condition again and again until it holds.
     *
     * @param limit how long to wait at most; the condition is looked at once more when it is over
     * @param interval how long to wait between two looks
     * @return whether it came to hold
     * @throws InterruptedException when the thread is asked to stop
     */
    default boolean await(Duration limit, Duration interval, BooleanSupplier condition) throws InterruptedException {
        Duration deadline = elapsed().plus(limit);
        while (!condition.getAsBoolean()) {
            if (elapsed().compareTo(deadline) >= 0) {
                return false;
            }
            pause(interval);
        }
        return true;
    }
}
