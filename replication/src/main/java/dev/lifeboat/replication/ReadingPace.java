package dev.lifeboat.replication;

import dev.lifeboat.model.Timekeeper;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Says for how long a frozen view may be read, and how fast: whoever reads waits for its turn first, so that first
 * copies and resyncs leave guests their disks. Nobody waits longer than the view may be read, nor when reading is to
 * end for another reason: what is under way then is read at once, and the next pass begins the later. Safe for use by
 * several threads.
 */
final class ReadingPace {

    /** How soon it is noticed that reading is to end. */
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Bandwidth limit;
    private final Timekeeper time;
    private final Duration until;
    private final BooleanSupplier mayGoOn;

    /**
     * A new one, for one view.
     *
     * @param until when reading ends at the latest, by {@link Timekeeper#elapsed}
     * @param mayGoOn whether nothing else says that it has to end
     */
    ReadingPace(Bandwidth limit, Timekeeper time, Duration until, BooleanSupplier mayGoOn) {
        this.limit = limit;
        this.time = time;
        this.until = until;
        this.mayGoOn = mayGoOn;
    }

    /** Whether more is to be read. */
    boolean goesOn() {
        return mayGoOn.getAsBoolean() && time.elapsed().compareTo(until) < 0;
    }

    /** Waits for the turn of so many bytes. */
    void awaitTurn(long bytes) {
        Duration turn = limit.spent(bytes);
        while (goesOn()) {
            Duration wait = turn.minus(time.elapsed());
            if (!wait.isPositive()) {
                return;
            }
            try {
                time.pause(wait.compareTo(LOOK) < 0 ? wait : LOOK);
            } catch (InterruptedException e) {
                // Whoever waits next hears of it.
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
