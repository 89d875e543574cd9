package dev.lifeboat.cli;

import dev.lifeboat.model.Timekeeper;
import java.time.Duration;
import java.time.Instant;

/** Time that passes when a test says so. */
final class SteppedTime implements Timekeeper {

    private static final Instant BEGIN = Instant.parse("2026-11-20T03:04:05Z");

    private Duration elapsed = Duration.ZERO;

    @Override
    public Instant instant() {
        return BEGIN.plus(elapsed);
    }

    @Override
    public Duration elapsed() {
        return elapsed;
    }

    @Override
    public void pause(Duration duration) {
        elapsed = elapsed.plus(duration);
    }
}
