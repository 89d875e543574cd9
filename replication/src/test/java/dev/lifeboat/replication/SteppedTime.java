package dev.lifeboat.replication;

import dev.lifeboat.model.Timekeeper;
import java.time.Duration;
import java.time.Instant;

/** Time that passes only when somebody waits, and by a millisecond with each look at it. Safe for several threads. */
final class SteppedTime implements Timekeeper {

    static final Instant START = Instant.parse("2026-05-04T12:00:00Z");

    private Duration elapsed = Duration.ZERO;

    @Override
    public synchronized Instant instant() {
        return START.plus(elapsed);
    }

    @Override
    public synchronized Duration elapsed() {
        elapsed = elapsed.plusMillis(1);
        return elapsed;
    }

    @Override
    public void pause(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        pass(duration);
        // Others get their turn, so that who looks again and again does not keep the lock.
        java.util.concurrent.locks.LockSupport.parkNanos(50_000);
    }

    synchronized void pass(Duration duration) {
        elapsed = elapsed.plus(duration);
    }
}
