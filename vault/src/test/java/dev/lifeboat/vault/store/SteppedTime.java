package dev.lifeboat.vault.store;

import dev.lifeboat.model.Timekeeper;
import java.time.Duration;
import java.time.Instant;

/** Time that passes only when somebody waits. Thread-safe. */
final class SteppedTime implements Timekeeper {

    static final Instant START = Instant.parse("2026-05-04T12:00:00Z");

    private Duration elapsed = Duration.ZERO;

    @Override
    public synchronized Instant instant() {
        return START.plus(elapsed);
    }

    @Override
    public synchronized Duration elapsed() {
        return elapsed;
    }

    @Override
    public synchronized void pause(Duration duration) throws InterruptedException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedException();
        }
        elapsed = elapsed.plus(duration);
    }
}
