package dev.lifeboat.lab.command;

import dev.lifeboat.lab.Lab;
import picocli.CommandLine.Command;

/** {@code lifeboat lab down}. */
@Command(name = "down", description = "Remove a lab with its machines and disks. Nothing of it stays.")
final class DownCommand extends LabOperation {

    DownCommand(LabContext context) {
        super(context);
    }

    @Override
    String change(Lab lab) throws InterruptedException {
        lab.down();
        return "Lab '%s' is down; nothing of it is left.".formatted(lab.name());
    }
}
