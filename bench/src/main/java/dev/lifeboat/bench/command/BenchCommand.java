package dev.lifeboat.bench.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code lifeboat bench}: the group of all bench commands. */
@Command(
        name = "bench",
        description = "Measure Lifeboat beside other products on this computer, in the same run.",
        synopsisSubcommandLabel = "COMMAND")
public final class BenchCommand {

    private BenchCommand() {}

    /** The group with all its commands, ready to be added to the root command. */
    public static CommandLine create(BenchContext context) {
        return new CommandLine(new BenchCommand())
                .addSubcommand(new SeedCommand(context))
                .addSubcommand(new CycleCommand(context))
                .addSubcommand(new RestoreCommand(context))
                .addSubcommand(new BootCommand(context))
                .addSubcommand(new ExportCommand(context));
    }
}
