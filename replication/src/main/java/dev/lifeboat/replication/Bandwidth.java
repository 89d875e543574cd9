package dev.lifeboat.replication;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import java.time.Duration;

/**
 * Lets no more bytes a second through than the schedule says, all groups together. Who sends pays before it does; time
 * in which nobody sends is not saved up. Safe for use by several threads.
 */
final class Bandwidth {

    /** Paid at a time, so that a limit that ends or begins is felt within a large object. */
    private static final long STEP_BYTES = 1 << 20;

    private static final long NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

    private final BandwidthSchedule schedule;
    private final Timekeeper time;

    /** When everything that was let through so far has had its time. */
    private Duration free;

    Bandwidth(BandwidthSchedule schedule, Timekeeper time) {
        this.schedule = schedule;
        this.time = time;
        this.free = time.elapsed();
    }

    /** Waits until so many bytes may be sent. */
    void pay(long bytes) throws InterruptedException {
        for (long paid = 0; paid < bytes; paid += STEP_BYTES) {
            Duration wait = reserve(Math.min(STEP_BYTES, bytes - paid));
            if (wait.isPositive()) {
                time.pause(wait);
            }
        }
    }

    private synchronized Duration reserve(long bytes) {
        Duration now = time.elapsed();
        long perSecond = schedule.at(time.instant()).map(ByteCount::bytes).orElse(Long.MAX_VALUE);
        Duration begin = free.compareTo(now) > 0 ? free : now;
        free = begin.plusNanos(bytes * NANOS_PER_SECOND / perSecond);
        return free.minus(now);
    }
}
