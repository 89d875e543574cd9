package dev.lifeboat.agent;

import dev.lifeboat.agent.configuration.AgentConfiguration;
import dev.lifeboat.agent.configuration.ConfigurationFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lifeboat agent run}. */
@Command(
        name = "run",
        description = "Protect the machines that the configuration names, until it is stopped. The log goes to the"
                + " error stream.")
final class RunCommand implements Callable<Integer> {

    private final AgentContext context;

    @Option(names = "--config", paramLabel = "FILE", required = true, description = "The configuration, in YAML.")
    private Path file = Path.of("");

    RunCommand(AgentContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        AgentConfiguration configuration = ConfigurationFile.read(file);
        LogSettings.apply(configuration.logLevel());
        try (RunningAgent agent = new RunningAgent(configuration, context)) {
            agent.work();
        }
        return 0;
    }
}
