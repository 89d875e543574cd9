package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.MachineId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Since when machines are seen off. One that has just stopped is left alone for a while: whoever starts it again, as
 * after a crash, must not find it taken for a capture. For one thread.
 */
final class OffTimes {

    /** Longer than a restart takes to begin, and short beside what is at stake when the site is lost. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Map<MachineId, Duration> seen = new HashMap<>();

    void runs(MachineId machine) {
        seen.remove(machine);
    }

    /** A machine is off; says whether it has been for a while. */
    boolean stays(MachineId machine, Duration now) {
        Duration first = seen.putIfAbsent(machine, now);
        return first != null && now.minus(first).compareTo(GRACE) >= 0;
    }
}
