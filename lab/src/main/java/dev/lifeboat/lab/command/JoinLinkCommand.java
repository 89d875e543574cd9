package dev.lifeboat.lab.command;

import dev.lifeboat.lab.Lab;
import picocli.CommandLine.Command;

/** {@code lifeboat lab join-link}. */
@Command(name = "join-link", description = "Join the link between the sites again.")
final class JoinLinkCommand extends LabOperation {

    JoinLinkCommand(LabContext context) {
        super(context);
    }

    @Override
    String change(Lab lab) throws InterruptedException {
        lab.joinLink();
        return "The link between the sites of lab '%s' is joined.".formatted(lab.name());
    }
}
