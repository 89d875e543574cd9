package dev.lifeboat.distribution;

import dev.lifeboat.cli.CommandRunner;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;

/** The {@code lifeboat} command. */
@Command(
        name = "lifeboat",
        description = "Disaster recovery for small and medium businesses.",
        mixinStandardHelpOptions = false,
        subcommands = {})
public final class Lifeboat {

    private Lifeboat() {}

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String... arguments) {
        PrintWriter output = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(CommandRunner.run(new Lifeboat(), output, errors, arguments));
    }
}
