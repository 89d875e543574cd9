package dev.lifeboat.nbd;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts ticks while a peer is waited for. Another thread ticks {@value #TICKS} times in each period of patience; this
 * one says when a wait begins and ends, and when the peer has moved. Safe for one waiting and one ticking thread.
 */
final class Patience {

    /** Ticks until patience is over: a limit is kept to an eighth. */
    static final int TICKS = 8;

    private static final int IDLE = -1;

    /** IDLE, or the ticks since the peer last moved. */
    private final AtomicInteger ticks = new AtomicInteger(IDLE);

    /** The time between two ticks. */
    static Duration tickOf(Duration limit) {
        return limit.dividedBy(TICKS).compareTo(Duration.ofMillis(1)) < 0
                ? Duration.ofMillis(1)
                : limit.dividedBy(TICKS);
    }

    void begin() {
        ticks.set(0);
    }

    /** The peer did something: if it is waited for, the wait begins anew. */
    void moved() {
        ticks.updateAndGet(seen -> seen == IDLE ? IDLE : 0);
    }

    void end() {
        ticks.set(IDLE);
    }

    /** Counts a tick, and says whether the peer has been waited for too long. */
    boolean tick() {
        int seen = ticks.get();
        // A wait that ends meanwhile is not counted: the exchange fails then.
        return seen != IDLE && ticks.compareAndSet(seen, seen + 1) && seen >= TICKS;
    }
}
