package dev.lifeboat.vault;

import dev.lifeboat.model.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that goes on by a second each time somebody looks. */
final class TickingTime implements Timekeeper {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicLong seconds = new AtomicLong();

    @Override
    public Instant instant() {
        return START.plusSeconds(seconds.incrementAndGet());
    }

    @Override
    public Duration elapsed() {
        return Duration.ofSeconds(seconds.get());
    }

    @Override
    public void pause(Duration duration) {
        seconds.addAndGet(Math.max(1, duration.toSeconds()));
    }
}
