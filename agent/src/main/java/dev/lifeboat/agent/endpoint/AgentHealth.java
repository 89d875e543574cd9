package dev.lifeboat.agent.endpoint;

import dev.lifeboat.recovery.RecoveryReport;
import dev.lifeboat.recovery.task.Standing;
import dev.lifeboat.replication.GroupReport;
import dev.lifeboat.replication.Health;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /health} answers.
 *
 * @param status in a word
 * @param guard whether there is a guard
 * @param groups each with its health, and the reason when it is not OK
 * @param recoveryFaults what is not as it should be with machines that were brought back here, each in a sentence
 */
public record AgentHealth(Status status, boolean guard, List<Group> groups, List<String> recoveryFaults) {

    public AgentHealth {
        groups = List.copyOf(groups);
        recoveryFaults = List.copyOf(recoveryFaults);
    }

    /** How the agent stands as a whole. */
    public enum Status {
        /** Points of all groups appear, or are on their way. */
        OK,
        /** Points appear, and something is not as wanted; or a recovered machine needs a person. */
        WARNING,
        /** No points of some group appear. */
        FAILING
    }

    /** A group. */
    public record Group(
            String group, Health health, @Nullable String reason) {}

    static AgentHealth of(List<GroupReport> reports, boolean guard, Optional<Standing> standing) {
        List<String> faults = standing.map(AgentHealth::faults).orElse(List.of());
        Status worst = !guard ? Status.FAILING : faults.isEmpty() ? Status.OK : Status.WARNING;
        for (GroupReport report : reports) {
            Status one = status(report.health());
            worst = one.compareTo(worst) > 0 ? one : worst;
        }
        return new AgentHealth(
                worst,
                guard,
                reports.stream()
                        .map(report -> new Group(
                                report.group(), report.health(), report.reason().orElse(null)))
                        .toList(),
                faults);
    }

    private static List<String> faults(Standing standing) {
        List<String> faults = new ArrayList<>(standing.fault().stream().toList());
        for (RecoveryReport report : standing.recoveries()) {
            report.faults().forEach(fault -> faults.add("%s: %s".formatted(report.name(), fault)));
        }
        return faults;
    }

    private static Status status(Health health) {
        return switch (health) {
            case OK, SEEDING -> Status.OK;
            case RESYNCING, WARNING -> Status.WARNING;
            case STALLED, BLOCKED -> Status.FAILING;
        };
    }
}
