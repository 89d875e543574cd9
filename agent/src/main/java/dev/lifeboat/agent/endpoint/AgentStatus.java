package dev.lifeboat.agent.endpoint;

import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.replication.GroupReport;
import dev.lifeboat.replication.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /status} answers and {@code lifeboat agent status --output json} prints. Durations are in seconds; what
 * there is not, is null.
 *
 * @param host the agent's name for its host
 * @param version of the agent
 * @param asked when this was so
 * @param guard whether there is a guard, where anything is protected; without one nothing is captured
 * @param groups in the order of the configuration
 * @param recovery of machines on this host; null when this agent recovers none
 */
public record AgentStatus(
        String host,
        String version,
        Instant asked,
        boolean guard,
        List<Group> groups,
        @Nullable RecoveryStatus recovery) {

    public AgentStatus {
        groups = List.copyOf(groups);
    }

    /** A group, see {@link GroupReport}. */
    public record Group(
            String group,
            Health health,
            @Nullable String reason,
            @Nullable String newest,
            @Nullable Instant newestStarted,
            double periodS,
            @Nullable Double lagS,
            @Nullable Cycle lastCycle,
            @Nullable Seed seed,
            List<Resync> resyncs,
            List<Machine> machines) {

        public Group {
            resyncs = List.copyOf(resyncs);
            machines = List.copyOf(machines);
        }

        static Group of(GroupReport report) {
            return new Group(
                    report.group(),
                    report.health(),
                    report.reason().orElse(null),
                    report.newest().orElse(null),
                    report.newestStarted().orElse(null),
                    seconds(report.period()),
                    secondsOrNull(report.lag()),
                    report.lastCycle().map(Cycle::of).orElse(null),
                    report.seed().map(Seed::of).orElse(null),
                    report.resyncs().stream()
                            .map(resync -> new Resync(resync.at(), resync.reason()))
                            .toList(),
                    report.machines().stream().map(Machine::of).toList());
        }
    }

    /** The last cycle that ended in a point, see {@link GroupReport.Cycle}. */
    public record Cycle(
            String point,
            Instant started,
            double tookS,
            long readBytes,
            long storedBytes,
            @Nullable Double pauseS,
            boolean applicationConsistent) {

        static Cycle of(GroupReport.Cycle cycle) {
            return new Cycle(
                    cycle.point(),
                    cycle.started(),
                    seconds(cycle.took()),
                    cycle.readBytes(),
                    cycle.storedBytes(),
                    secondsOrNull(cycle.pause()),
                    cycle.applicationConsistent());
        }
    }

    /** A first copy or a resync under way, see {@link GroupReport.Seed}. */
    public record Seed(long doneBytes, long totalBytes, long bytesPerSecond, int pass) {

        static Seed of(GroupReport.Seed seed) {
            return new Seed(seed.doneBytes(), seed.totalBytes(), seed.bytesPerSecond(), seed.pass());
        }
    }

    /** A resync and why. */
    public record Resync(Instant at, String reason) {}

    /** A machine, see {@link GroupReport.MachineReport}. */
    public record Machine(String name, @Nullable PowerState state, List<String> notCovered) {

        public Machine {
            notCovered = List.copyOf(notCovered);
        }

        static Machine of(GroupReport.MachineReport machine) {
            return new Machine(machine.name(), machine.state().orElse(null), machine.notCovered());
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static @Nullable Double secondsOrNull(Optional<Duration> duration) {
        return duration.map(AgentStatus::seconds).orElse(null);
    }
}
