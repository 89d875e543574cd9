package dev.lifeboat.agent;

import dev.lifeboat.agent.endpoint.AgentStatus;
import dev.lifeboat.agent.endpoint.RecoveryStatus;
import dev.lifeboat.cli.Table;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.offline.RescueText;
import dev.lifeboat.replication.Health;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An agent's status for a person: a line for each group and machine, and below them what is not as wanted. */
final class StatusText {

    private static final String NONE = "-";

    private StatusText() {}

    static String of(AgentStatus status) {
        StringBuilder text = new StringBuilder();
        RecoveryStatus recovery = status.recovery();
        if (recovery == null || !status.groups().isEmpty()) {
            text.append(groups(status)).append('\n').append(machines(status));
        }
        if (recovery != null) {
            text.append(text.isEmpty() ? "" : "\n").append(recoveries(recovery));
        }
        StringBuilder remarks = new StringBuilder();
        if (!status.guard()) {
            remarks.append("There is no guard: nothing is captured until there is one.\n");
        }
        status.groups().forEach(group -> remark(group, remarks));
        if (recovery != null) {
            remark(recovery, remarks);
        }
        return remarks.isEmpty()
                ? text.toString()
                : text.append('\n').append(remarks).toString();
    }

    private static String recoveries(RecoveryStatus recovery) {
        return recovery.seen() == null
                ? "What was brought back on this host was not looked at yet.\n"
                : RescueText.of(recovery.recoveries());
    }

    private static String groups(AgentStatus status) {
        Table table = new Table(
                "GROUP", "HEALTH", "NEWEST POINT", "LAG", "PERIOD", "CYCLE", "READ", "STORED", "PAUSE", "RESYNCS");
        for (AgentStatus.Group group : status.groups()) {
            AgentStatus.@Nullable Cycle cycle = group.lastCycle();
            table.row(
                    group.group(),
                    group.health().name().toLowerCase(Locale.ROOT),
                    text(group.newest(), newest -> newest),
                    text(group.lagS(), StatusText::seconds),
                    seconds(group.periodS()),
                    text(cycle, one -> seconds(one.tookS())),
                    text(cycle, one -> new ByteCount(one.readBytes()).text()),
                    text(cycle, one -> new ByteCount(one.storedBytes()).text()),
                    text(cycle, one -> text(one.pauseS(), StatusText::seconds)),
                    Integer.toString(group.resyncs().size()));
        }
        return table.text();
    }

    private static String machines(AgentStatus status) {
        Table table = new Table("MACHINE", "GROUP", "STATE", "NOT COVERED");
        for (AgentStatus.Group group : status.groups()) {
            for (AgentStatus.Machine machine : group.machines()) {
                table.row(
                        machine.name(),
                        group.group(),
                        state(machine.state()),
                        machine.notCovered().isEmpty() ? NONE : String.join(" ", machine.notCovered()));
            }
        }
        return table.text();
    }

    private static String state(@Nullable PowerState state) {
        return state == null
                ? "not there"
                : state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static void remark(AgentStatus.Group group, StringBuilder remarks) {
        if (group.health() != Health.OK && group.reason() != null) {
            remarks.append("%s: %s%n".formatted(group.group(), group.reason()));
        }
        AgentStatus.Seed seed = group.seed();
        if (seed != null) {
            remarks.append("%s: %s of %s looked at, %s/s, pass %d%n"
                    .formatted(
                            group.group(),
                            new ByteCount(seed.doneBytes()),
                            new ByteCount(seed.totalBytes()),
                            new ByteCount(seed.bytesPerSecond()),
                            seed.pass()));
        }
        group.resyncs()
                .forEach(resync -> remarks.append(
                        "%s: resync at %s: %s%n".formatted(group.group(), resync.at(), resync.reason())));
    }

    private static void remark(RecoveryStatus recovery, StringBuilder remarks) {
        if (recovery.fault() != null) {
            remarks.append("The recoveries were looked at last at %s: %s%n"
                    .formatted(text(recovery.seen(), Instant::toString), recovery.fault()));
        }
        for (RecoveryStatus.Task task : recovery.tasks()) {
            String what = switch (task.kind()) {
                case START -> "start";
                case END -> "end";
                case FOLLOW -> "following";
                case BRING_HOME -> "bringing home";
            };
            switch (task.progress()) {
                case RUNNING ->
                    remarks.append("%s: %s under way since %s%s%n"
                            .formatted(
                                    task.recovery(),
                                    what,
                                    task.begun(),
                                    task.lines().isEmpty()
                                            ? ""
                                            : "; " + task.lines().getLast()));
                case FAILED ->
                    remarks.append("%s: %s failed: %s %s%n"
                            .formatted(
                                    task.recovery(),
                                    what,
                                    text(task.code(), code -> code),
                                    text(task.message(), message -> message)));
                case DONE -> {
                    // It shows in what is there.
                }
            }
        }
        recovery.resumed()
                .forEach(resumed -> remarks.append(
                        "%s: its disks had not answered; resumed at %s%n".formatted(resumed.machine(), resumed.at())));
    }

    private static <T> String text(@Nullable T value, Function<T, String> shown) {
        return value == null ? NONE : shown.apply(value);
    }

    private static String seconds(double seconds) {
        return seconds < 1
                ? "%d ms".formatted(Math.round(seconds * 1000))
                : String.format(Locale.ROOT, "%.1f s", seconds);
    }
}
