package dev.lifeboat.lab.scribe;

import dev.lifeboat.lab.shop.Findings;
import dev.lifeboat.lab.shop.SilenceMeter;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Asks scribe again and again which record is safe, and remembers the answers: what was announced has to be on the disk
 * whatever happens. It watches once; the watch starts when it is made.
 *
 * <p>All requests are made by the thread that calls {@link #watch}; {@link #stop} and {@link #seen} may be called by
 * any thread.
 */
public final class ScribeWatcher {

    private final ScribeClient scribe;
    private final Timekeeper time;
    private final Duration interval;
    private final Instant startedAt;
    private final SilenceMeter silence;
    private final Findings.Collector<ScribeSetback> setbacks = new Findings.Collector<>();
    private volatile boolean stopped;
    private long answers;
    private long highest;
    private @Nullable Instant highestAt;
    private long latest;
    private @Nullable Instant latestAt;
    private @Nullable String lastTrouble;

    /** @param interval from the end of one question to the next */
    public ScribeWatcher(ScribeClient scribe, Timekeeper time, Duration interval) {
        this.scribe = scribe;
        this.time = time;
        this.interval = interval;
        startedAt = time.instant();
        silence = new SilenceMeter(time);
    }

    /**
     * Watches until the time is over, or it is stopped or its thread interrupted. An interrupted thread stays
     * interrupted.
     *
     * @param longest how long to go on
     * @return what was seen
     */
    public ScribeWatch watch(Duration longest) {
        Duration end = time.elapsed().plus(longest);
        try {
            while (!stopped
                    && !Thread.currentThread().isInterrupted()
                    && time.elapsed().compareTo(end) < 0) {
                ask();
                time.pause(interval);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return seen();
    }

    /** Lets it stop after the question at hand. */
    public void stop() {
        stopped = true;
    }

    /** What was seen up to now. */
    public synchronized ScribeWatch seen() {
        return new ScribeWatch(
                startedAt,
                time.instant(),
                answers,
                highest,
                highestAt,
                latest,
                latestAt,
                setbacks.findings(),
                silence.longest(),
                lastTrouble);
    }

    private void ask() {
        try {
            heard(scribe.last());
        } catch (IOException e) {
            heardNothing(String.valueOf(e.getMessage()));
        }
    }

    private synchronized void heard(long number) {
        Instant now = time.instant();
        answers++;
        silence.sign();
        if (number < latest) {
            setbacks.add(new ScribeSetback(latest, number, now));
        }
        if (number > highest) {
            highest = number;
            highestAt = now;
        }
        latest = number;
        latestAt = now;
    }

    private synchronized void heardNothing(String reason) {
        lastTrouble = reason;
    }
}
