package dev.lifeboat.offline;

import dev.lifeboat.cli.Table;
import dev.lifeboat.recovery.RecoveryReport;
import dev.lifeboat.recovery.RecoveryReport.RecoveredMachine;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Recoveries as they are shown to people and programs. */
final class RescueText {

    private RescueText() {}

    /** A recovery for programs. */
    record Recovery(
            String name,
            @Nullable String purpose,
            @Nullable String point,
            boolean ready,
            boolean ending,
            List<Machine> machines,
            List<String> openings,
            List<String> faults) {}

    /** A machine of it. */
    record Machine(
            String machine, @Nullable String id, String state, boolean served, boolean ready, List<String> addresses) {}

    static List<Recovery> json(List<RecoveryReport> reports) {
        return reports.stream()
                .map(report -> new Recovery(
                        report.name(),
                        report.purpose()
                                .map(purpose -> purpose.name().toLowerCase(Locale.ROOT))
                                .orElse(null),
                        report.point().orElse(null),
                        report.isReady(),
                        report.ending(),
                        report.machines().stream().map(RescueText::json).toList(),
                        report.openings(),
                        report.faults()))
                .toList();
    }

    private static Machine json(RecoveredMachine machine) {
        return new Machine(
                machine.machine(),
                machine.id().map(Object::toString).orElse(null),
                state(machine),
                machine.served(),
                machine.ready(),
                machine.addresses());
    }

    private static String state(RecoveredMachine machine) {
        return machine.state().name().toLowerCase(Locale.ROOT);
    }

    static String of(List<RecoveryReport> reports) {
        if (reports.isEmpty()) {
            return "No machine was brought back on this host.\n";
        }
        Table table = new Table("RECOVERY", "POINT", "MACHINE", "STATE", "READY", "DISKS", "ADDRESSES");
        StringBuilder more = new StringBuilder();
        for (RecoveryReport report : reports) {
            for (RecoveredMachine machine : report.machines()) {
                table.row(
                        report.name(),
                        report.point().orElse("-"),
                        machine.machine(),
                        state(machine).replace('_', ' '),
                        machine.ready() ? "yes" : "no",
                        machine.served() ? "served" : "NOT SERVED",
                        String.join(" ", machine.addresses()));
            }
            report.openings()
                    .forEach(opening -> more.append("%s is reached by %s%n".formatted(report.name(), opening)));
            report.faults().forEach(fault -> more.append("%s: %s%n".formatted(report.name(), fault)));
        }
        return table.text() + more;
    }
}
