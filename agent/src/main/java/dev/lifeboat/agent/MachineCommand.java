package dev.lifeboat.agent;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code lifeboat machine}: what is done to a single machine. */
@Command(
        name = "machine",
        description = "Release a machine of this host from tracking, and take it up again.",
        synopsisSubcommandLabel = "COMMAND")
public final class MachineCommand {

    private MachineCommand() {}

    /** The group with all its commands, ready to be added to the root command. */
    public static CommandLine create() {
        return new CommandLine(new MachineCommand())
                .addSubcommand(new MachineReleaseCommand())
                .addSubcommand(new MachineResumeCommand());
    }
}
