package dev.lifeboat.agent.endpoint;

import dev.lifeboat.replication.GroupReport;
import dev.lifeboat.replication.Health;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /health} answers.
 *
 * @param status in a word
 * @param guard whether there is a guard
 * @param groups each with its health, and the reason when it is not OK
 */
public record AgentHealth(Status status, boolean guard, List<Group> groups) {

    public AgentHealth {
        groups = List.copyOf(groups);
    }

    /** How the agent stands as a whole. */
    public enum Status {
        /** Points of all groups appear, or are on their way. */
        OK,
        /** Points appear, and something is not as wanted. */
        WARNING,
        /** No points of some group appear. */
        FAILING
    }

    /** A group. */
    public record Group(
            String group, Health health, @Nullable String reason) {}

    static AgentHealth of(List<GroupReport> reports, boolean guard) {
        Status worst = guard ? Status.OK : Status.FAILING;
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
                        .toList());
    }

    private static Status status(Health health) {
        return switch (health) {
            case OK, SEEDING -> Status.OK;
            case RESYNCING, WARNING -> Status.WARNING;
            case STALLED, BLOCKED -> Status.FAILING;
        };
    }
}
