package dev.lifeboat.cli;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Outcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Runs one command line and turns its end, whatever it is, into words and an exit code. The one place where that
 * happens: a command throws, it never ends the process itself.
 */
public final class CommandRunner {

    private static final String DEBUG_VARIABLE = "LIFEBOAT_DEBUG";

    private CommandRunner() {}

    /**
     * Runs it.
     *
     * @param root the command with all its subcommands
     * @param output where results go
     * @param errors where explanations go
     * @return the exit code of the process, see {@link Outcome}
     */
    public static int run(CommandLine root, PrintWriter output, PrintWriter errors, String... arguments) {
        offerHelp(root);
        CommandLine line = root.setOut(output)
                .setErr(errors)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(CommandRunner::explainWrongUsage)
                .setExecutionExceptionHandler((failure, command, parsed) -> explainFailure(failure, command));
        int exitCode = line.execute(arguments);
        output.flush();
        errors.flush();
        return exitCode;
    }

    /** Every command, at every depth, answers to the same options for help. */
    private static void offerHelp(CommandLine command) {
        command.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help.")
                        .build());
        command.getSubcommands().values().forEach(CommandRunner::offerHelp);
    }

    private static int explainWrongUsage(ParameterException wrong, String... arguments) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter errors = command.getErr();
        errors.println(
                new LifeboatException(ErrorCode.CLI_WRONG_USAGE, String.valueOf(wrong.getMessage())).explanation());
        CommandLine.UnmatchedArgumentException.printSuggestions(wrong, errors);
        errors.println();
        errors.println(command.getHelp().fullSynopsis().strip());
        return Outcome.WRONG_USAGE.exitCode();
    }

    private static int explainFailure(Exception failure, CommandLine command) {
        PrintWriter errors = command.getErr();
        if (failure instanceof LifeboatException known) {
            errors.println(known.explanation());
            if (System.getenv(DEBUG_VARIABLE) != null) {
                known.printStackTrace(errors);
            }
            return known.code().outcome().exitCode();
        }
        if (failure instanceof InterruptedException) {
            errors.println("Interrupted.");
            return Outcome.INTERRUPTED.exitCode();
        }
        errors.println(new LifeboatException(ErrorCode.CLI_BUG, "Unforeseen: " + failure, failure).explanation());
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace, true));
        errors.println(trace);
        return ErrorCode.CLI_BUG.outcome().exitCode();
    }
}
