package dev.lifeboat.lab.command;

import dev.lifeboat.lab.Lab;
import dev.lifeboat.lab.Machine;
import java.util.List;
import java.util.stream.Collectors;
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
            description = "Run only these machines: web, db, scribe (default: all). web needs db.")
    private List<String> only = List.of();

    UpCommand(LabContext context) {
        super(context);
    }

    @Override
    String change(Lab lab) throws InterruptedException {
        List<Machine> machines = only.isEmpty()
                ? List.of(Machine.DB, Machine.WEB, Machine.SCRIBE)
                : only.stream().map(Machine::named).distinct().toList();
        if (lab.isComplete(machines)) {
            return "Lab '%s' is up already; nothing was changed.".formatted(lab.name());
        }
        lab.up(machines);
        return "Lab '%s' is up with %s."
                .formatted(lab.name(), machines.stream().map(Machine::toString).collect(Collectors.joining(", ")));
    }
}
