package dev.lifeboat.host;

import dev.lifeboat.model.Timekeeper;
import java.time.Duration;
import java.time.Instant;

/** The time of this computer. The one class that asks the system for it. */
public final class SystemTimekeeper implements Timekeeper {

    @Override
    public Instant instant() {
        return Instant.now();
    }

    @Override
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime());
    }

    @Override
    public void pause(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
    }
}
