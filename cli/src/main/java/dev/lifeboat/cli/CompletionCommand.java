package dev.lifeboat.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lifeboat completion}. */
@Command(
        name = "completion",
        description = {
            "Prints the script that completes commands and options in bash and zsh.",
            "For this shell:  source <(lifeboat completion)"
        })
public final class CompletionCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        PrintWriter output = spec.commandLine().getOut();
        output.print(AutoComplete.bash(root.getCommandName(), root));
        output.flush();
        return 0;
    }
}
