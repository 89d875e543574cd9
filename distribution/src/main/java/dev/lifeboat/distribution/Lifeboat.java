package dev.lifeboat.distribution;

import dev.lifeboat.cli.CommandRunner;
import dev.lifeboat.lab.command.LabCommand;
import dev.lifeboat.lab.command.LabContext;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code lifeboat} command: all commands of all modules under one name. */
@Command(
        name = "lifeboat",
        description = "Disaster recovery for small and medium businesses.",
        synopsisSubcommandLabel = "COMMAND")
public final class Lifeboat {

    private Lifeboat() {}

    /** The command with all its subcommands, each made with what it needs. */
    static CommandLine create() {
        return new CommandLine(new Lifeboat()).addSubcommand(LabCommand.create(LabContext.of(System.getenv())));
    }

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String... arguments) {
        PrintWriter output = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(CommandRunner.run(create(), output, errors, arguments));
    }
}
