package dev.lifeboat.recovery.task;

import dev.lifeboat.recovery.RecoveryReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How the recoveries of a host stood when it was looked last.
 *
 * @param seen when; empty before the first time
 * @param recoveries all of them
 * @param resumed which guests were let go on that QEMU had paused because their disks did not answer, the latest ones
 * @param fault why it could not be looked; what is said is older then
 */
public record Standing(
        Optional<Instant> seen, List<RecoveryReport> recoveries, List<Resumption> resumed, Optional<String> fault) {

    /** Before it was looked. */
    static final Standing UNKNOWN = new Standing(Optional.empty(), List.of(), List.of(), Optional.empty());

    public Standing {
        recoveries = List.copyOf(recoveries);
        resumed = List.copyOf(resumed);
    }

    /** A guest that was let go on. */
    public record Resumption(Instant at, String machine) {}

    Standing withFault(String why) {
        return new Standing(seen, recoveries, resumed, Optional.of(why));
    }
}
