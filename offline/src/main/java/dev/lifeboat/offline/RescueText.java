package dev.lifeboat.offline;

import dev.lifeboat.cli.Table;
import dev.lifeboat.recovery.Purpose;
import dev.lifeboat.recovery.RecoveryReport;
import dev.lifeboat.recovery.RecoveryReport.RecoveredMachine;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Recoveries as they are shown to people and programs. */
public final class RescueText {

    private RescueText() {}

    /** A recovery for programs, see {@link RecoveryReport}. */
    public record Recovery(
            String name,
            @Nullable String purpose,
            @Nullable String point,
            boolean ready,
            boolean ending,
            List<Machine> machines,
            List<String> openings,
            List<String> faults) {

        public Recovery {
            machines = List.copyOf(machines);
            openings = List.copyOf(openings);
            faults = List.copyOf(faults);
        }
    }

    /** A machine of it. */
    public record Machine(
            String machine, @Nullable String id, String state, boolean served, boolean ready, List<String> addresses) {

        public Machine {
            addresses = List.copyOf(addresses);
        }
    }

    /** For programs. */
    public static List<Recovery> json(List<RecoveryReport> reports) {
        return reports.stream()
                .map(report -> new Recovery(
                        report.name(),
                        report.purpose().map(Purpose::code).orElse(null),
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
                machine.state().name().toLowerCase(Locale.ROOT),
                machine.served(),
                machine.ready(),
                machine.addresses());
    }

    /** For people: a line for each machine, and what is to be said besides. */
    public static String of(List<Recovery> recoveries) {
        if (recoveries.isEmpty()) {
            return "No machine was brought back on this host.\n";
        }
        Table table = new Table("RECOVERY", "POINT", "MACHINE", "STATE", "READY", "DISKS", "ADDRESSES");
        StringBuilder more = new StringBuilder();
        for (Recovery recovery : recoveries) {
            String point = recovery.point();
            for (Machine machine : recovery.machines()) {
                table.row(
                        recovery.name(),
                        point == null ? "-" : point,
                        machine.machine(),
                        machine.state().replace('_', ' '),
                        machine.ready() ? "yes" : "no",
                        machine.served() ? "served" : "NOT SERVED",
                        String.join(" ", machine.addresses()));
            }
            if (Purpose.TEST.code().equals(recovery.purpose())) {
                more.append("%s is a test: nothing leads out of its networks, or in.%n".formatted(recovery.name()));
            }
            recovery.openings()
                    .forEach(opening -> more.append("%s is reached by %s%n".formatted(recovery.name(), opening)));
            recovery.faults().forEach(fault -> more.append("%s: %s%n".formatted(recovery.name(), fault)));
        }
        return table.text() + more;
    }
}
