package dev.lifeboat.recovery;

import dev.lifeboat.model.Timekeeper;
import java.time.Duration;
import java.time.Instant;

/** Time that passes only when somebody waits; guests boot meanwhile. For one thread. */
final class BootingTime implements Timekeeper {

    private static final Instant START = Instant.parse("2026-05-04T12:00:00Z");

    private final Runnable boot;
    private Duration elapsed = Duration.ZERO;

    /** @param boot what guests do while somebody waits */
    BootingTime(Runnable boot) {
        this.boot = boot;
    }

    @Override
    public Instant instant() {
        return START.plus(elapsed);
    }

    @Override
    public Duration elapsed() {
        return elapsed;
    }

    @Override
    public void pause(Duration duration) {
        elapsed = elapsed.plus(duration);
        boot.run();
    }
}
