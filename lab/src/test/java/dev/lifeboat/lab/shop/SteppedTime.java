package dev.lifeboat.lab.shop;

import dev.lifeboat.model.Timekeeper;
import java.time.Duration;
import java.time.Instant;

/** Time that passes only when somebody waits. Starts at noon of a day in May. Thread-safe. */
public final class SteppedTime implements Timekeeper {

    /** Where the time starts. */
    public static final Instant START = Instant.parse("2026-05-04T12:00:00Z");

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
    public synchronized void pause(Duration duration) {
        elapsed = elapsed.plus(duration);
    }
}
