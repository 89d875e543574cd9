package dev.lifeboat.lab.command;

import dev.lifeboat.lab.Lab;
import dev.lifeboat.lab.Machine;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lifeboat lab up}. */
@Command(
        name = "up",
        description = {
            "Bring a lab up and wait until its machines answer.",
            "What stands already is left as it is; a site that is off is powered on."
        })
final class UpCommand extends LabOperation {

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "MACHINE",
            description = "Run only these machines (default: web, db, scribe). web brings db with it; assorted, a"
                    + " guest with disks of every kind, is only there when it is named.")
    private List<String> only = List.of();

    UpCommand(LabContext context) {
        super(context);
    }

    @Override
    String change(Lab lab) throws InterruptedException {
        context().requirePrograms();
        List<Machine> machines = machines();
        boolean changed = lab.up(machines);
        return changed
                ? "Lab '%s' is up with %s."
                        .formatted(
                                lab.name(),
                                machines.stream().map(Machine::toString).collect(Collectors.joining(", ")))
                : "Lab '%s' is up already; nothing was changed.".formatted(lab.name());
    }

    /** In the order in which they are to be started: the shop's front cannot answer without its database. */
    private List<Machine> machines() {
        Set<Machine> chosen = EnumSet.noneOf(Machine.class);
        only.forEach(name -> chosen.add(Machine.named(name)));
        if (chosen.isEmpty()) {
            chosen.addAll(Machine.usual());
        }
        if (chosen.contains(Machine.WEB)) {
            chosen.add(Machine.DB);
        }
        return Stream.of(Machine.DB, Machine.WEB, Machine.SCRIBE, Machine.ASSORTED)
                .filter(chosen::contains)
                .toList();
    }
}
