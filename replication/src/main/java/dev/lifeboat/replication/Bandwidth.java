package dev.lifeboat.replication;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import java.time.Duration;

/**
 * Lets no more bytes a second through than the schedule says, all groups together. Who sends, or reads, pays before it
 * does. Time in which nobody does is not saved up. Safe for use by several threads.
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

    /** Holds nobody up. */
    static Bandwidth unlimited(Timekeeper time) {
        return new Bandwidth(BandwidthSchedule.unlimited(), time);
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

    /** So many bytes go through, when {@link Timekeeper#elapsed} is as told. */
    synchronized Duration spent(long bytes) {
        Duration _ = reserve(bytes);
        return free;
    }

    /** How long to wait before more may go through; nothing, or less, when it may at once. */
    synchronized Duration due() {
        return free.minus(time.elapsed());
    }

    private synchronized Duration reserve(long bytes) {
        Duration now = time.elapsed();
        long perSecond = schedule.at(time.instant()).map(ByteCount::bytes).orElse(Long.MAX_VALUE);
        Duration begin = free.compareTo(now) > 0 ? free : now;
        free = begin.plus(durationOf(bytes, perSecond));
        return free.minus(now);
    }

    /** In two parts, since the bytes of a large read times the nanoseconds of a second are more than a long holds. */
    private static Duration durationOf(long bytes, long perSecond) {
        return Duration.ofSeconds(bytes / perSecond)
                .plusNanos((long) ((double) (bytes % perSecond) * NANOS_PER_SECOND / perSecond));
    }
}
