package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.PowerState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a group stands at one moment.
 *
 * @param group its name
 * @param health in a word
 * @param reason why it is not OK, in a sentence; empty when it is
 * @param newest its newest point in the vault
 * @param newestStarted the start of the cycle that made it: the age of its content
 * @param period wanted
 * @param lag the age of the newest point's content now; empty when there is none
 * @param lastCycle the last cycle that ended in a point
 * @param seed how far a first copy or a resync has come
 * @param resyncs since this process began, the newest last, at most {@value #MOST_RESYNCS}
 * @param machines in the order of the protection
 */
public record GroupReport(
        String group,
        Health health,
        Optional<String> reason,
        Optional<String> newest,
        Optional<Instant> newestStarted,
        Duration period,
        Optional<Duration> lag,
        Optional<Cycle> lastCycle,
        Optional<Seed> seed,
        List<Resync> resyncs,
        List<MachineReport> machines) {

    /** Older ones are in the log. */
    public static final int MOST_RESYNCS = 20;

    public GroupReport {
        resyncs = List.copyOf(resyncs);
        machines = List.copyOf(machines);
    }

    /**
     * A cycle that ended in a point.
     *
     * @param point that it made
     * @param started when its content was frozen
     * @param took from there to the published point
     * @param readBytes read from the guest's disks
     * @param storedBytes put into the store
     * @param pause for which machines stood still, empty when none did
     * @param applicationConsistent whether applications were asked to write everything out
     */
    public record Cycle(
            String point,
            Instant started,
            Duration took,
            long readBytes,
            long storedBytes,
            Optional<Duration> pause,
            boolean applicationConsistent) {}

    /**
     * A first copy or a resync under way.
     *
     * @param doneBytes looked at until now
     * @param totalBytes to be looked at
     * @param bytesPerSecond lately
     * @param pass from 1; a copy that its scratch space cannot hold open takes several
     */
    public record Seed(long doneBytes, long totalBytes, long bytesPerSecond, int pass) {}

    /** A resync, with its named reason. */
    public record Resync(Instant at, String reason) {}

    /**
     * A machine of the group.
     *
     * @param name of the machine
     * @param state that the hypervisor reports; empty when there is no such machine
     * @param notCovered what of it is not protected, each in a sentence
     */
    public record MachineReport(String name, Optional<PowerState> state, List<String> notCovered) {

        public MachineReport {
            notCovered = List.copyOf(notCovered);
        }
    }
}
