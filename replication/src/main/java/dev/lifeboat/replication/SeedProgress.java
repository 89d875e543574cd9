package dev.lifeboat.replication;

import dev.lifeboat.model.Timekeeper;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far a first copy or a resync has come. Written by the thread that reads, read by any. */
final class SeedProgress {

    private final Timekeeper time;
    private boolean active;
    private int pass;
    private long totalBytes;
    private long doneBefore;
    private long doneNow;
    private @Nullable Duration begun;

    SeedProgress(Timekeeper time) {
        this.time = time;
    }

    /** A pass over so much of what is left begins. */
    synchronized void begin(int number, long total, long left) {
        active = true;
        pass = number;
        totalBytes = total;
        doneBefore = Math.max(0, total - left);
        doneNow = 0;
        begun = time.elapsed();
    }

    synchronized void done(long bytes) {
        doneNow += bytes;
    }

    /** There is nothing more to catch up with. */
    synchronized void end() {
        active = false;
    }

    synchronized Optional<GroupReport.Seed> report() {
        Duration since = begun;
        if (!active || since == null) {
            return Optional.empty();
        }
        long millis = Math.max(1, time.elapsed().minus(since).toMillis());
        long done = Math.min(totalBytes, doneBefore + doneNow);
        return Optional.of(new GroupReport.Seed(done, totalBytes, doneNow * 1000 / millis, pass));
    }
}
