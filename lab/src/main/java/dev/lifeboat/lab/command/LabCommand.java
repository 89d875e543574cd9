package dev.lifeboat.lab.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code lifeboat lab}: the group of all lab commands. */
@Command(
        name = "lab",
        description = "Two sites with real machines on this computer, to be lost and brought back.",
        synopsisSubcommandLabel = "COMMAND")
public final class LabCommand {

    private LabCommand() {}

    /** The group with all its commands, ready to be added to the root command. */
    public static CommandLine create(LabContext context) {
        return new CommandLine(new LabCommand())
                .addSubcommand(new UpCommand(context))
                .addSubcommand(new DownCommand(context))
                .addSubcommand(new StatusCommand(context))
                .addSubcommand(new PowerOffCommand(context))
                .addSubcommand(new PowerOnCommand(context))
                .addSubcommand(new CutLinkCommand(context))
                .addSubcommand(new JoinLinkCommand(context))
                .addSubcommand(new OpenCommand(context))
                .addSubcommand(new CustomerCommand(context))
                .addSubcommand(new CheckOrdersCommand(context))
                .addSubcommand(new WatchRecordsCommand(context))
                .addSubcommand(new CheckRecordsCommand(context));
    }
}
