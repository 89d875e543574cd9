package dev.lifeboat.replication;

import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.Seal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How a cycle ended that did not fail. */
sealed interface CycleEnd {

    /**
     * There is a point.
     *
     * @param pause for which machines stood still
     * @param warnings what did not go as wanted
     */
    record Published(Point point, Optional<Duration> pause, List<String> warnings) implements CycleEnd {

        public Published {
            warnings = List.copyOf(warnings);
        }
    }

    /** There was more to read than one frozen view allows: what was read is kept, and the next pass goes on. */
    record Kept(Passes passes, boolean progress) implements CycleEnd {}

    /** No machine has run since the newest point. */
    record Nothing() implements CycleEnd {}

    /** The epoch had been sealed. */
    record Fenced(Seal seal) implements CycleEnd {}
}
