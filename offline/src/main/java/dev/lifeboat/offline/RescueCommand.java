package dev.lifeboat.offline;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code lifeboat rescue}: what is done when there is nothing but the vault and its key. */
@Command(
        name = "rescue",
        description = "Bring machines back with nothing but the vault and its key: no server, no agent.",
        synopsisSubcommandLabel = "COMMAND")
public final class RescueCommand {

    private RescueCommand() {}

    /** The group with all its commands, ready to be added to the root command. */
    public static CommandLine create(OfflineContext context) {
        return new CommandLine(new RescueCommand())
                .addSubcommand(new RescueListCommand(context))
                .addSubcommand(new RescueExportCommand(context))
                .addSubcommand(new RescueStartCommand(context))
                .addSubcommand(new RescueStatusCommand(context))
                .addSubcommand(new RescueEndCommand(context));
    }
}
