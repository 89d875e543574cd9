package dev.lifeboat.offline;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code lifeboat vault}: the group of all commands that work on a vault where they stand. */
@Command(
        name = "vault",
        description = "The encrypted store of recovery points: make one, fill it, read it, check it.",
        synopsisSubcommandLabel = "COMMAND")
public final class VaultCommand {

    private VaultCommand() {}

    /** The group with all its commands, ready to be added to the root command. */
    public static CommandLine create(OfflineContext context) {
        return new CommandLine(new VaultCommand())
                .addSubcommand(new InitCommand(context, Terminal.ofThisProcess()))
                .addSubcommand(new CredentialsCommand(context))
                .addSubcommand(KeysCommand.create(context))
                .addSubcommand(new KitCommand(context))
                .addSubcommand(new ImportCommand(context))
                .addSubcommand(new CarryInCommand(context))
                .addSubcommand(new PointsCommand(context))
                .addSubcommand(new ShowCommand(context))
                .addSubcommand(new ExportCommand(context))
                .addSubcommand(new FollowCommand(context))
                .addSubcommand(new ServeCommand(context))
                .addSubcommand(new StatsCommand(context))
                .addSubcommand(new DiffCommand(context))
                .addSubcommand(new VerifyCommand(context))
                .addSubcommand(new TransferCommand(context, Terminal.ofThisProcess()));
    }
}
