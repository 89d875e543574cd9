package dev.lifeboat.lab.command;

import dev.lifeboat.lab.Lab;
import picocli.CommandLine.Command;

/** {@code lifeboat lab cut-link}. */
@Command(name = "cut-link", description = "Cut the link between the sites. Both still reach the world.")
final class CutLinkCommand extends LabOperation {

    CutLinkCommand(LabContext context) {
        super(context);
    }

    @Override
    String change(Lab lab) throws InterruptedException {
        lab.cutLink();
        return "The link between the sites of lab '%s' is cut.".formatted(lab.name());
    }
}
