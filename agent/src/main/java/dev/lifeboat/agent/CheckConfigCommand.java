package dev.lifeboat.agent;

import dev.lifeboat.agent.configuration.AgentConfiguration;
import dev.lifeboat.agent.configuration.ConfigurationFile;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.Credentials;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lifeboat agent check-config}. */
@Command(
        name = "check-config",
        description = "Say whether an agent's configuration is right: the file itself, then whether the vault,"
                + " the credentials, the hypervisor and the machines that it names are there. Nothing is changed.")
final class CheckConfigCommand implements Callable<Integer> {

    private final AgentContext context;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "FILE", description = "The configuration, in YAML.")
    private Path file = Path.of("");

    @Option(names = "--file-only", description = "Look at the file alone, for instance on another computer.")
    private boolean fileOnly;

    CheckConfigCommand(AgentContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        AgentConfiguration configuration = ConfigurationFile.read(file);
        if (!fileOnly) {
            ConfigurationCheck check = new ConfigurationCheck(configuration, context.time(), context.random());
            if (configuration.protects()) {
                requireVault(check);
            }
            requireMachines(configuration, check);
        }
        spec.commandLine()
                .getOut()
                .println("%s: %d machines in %d groups of host %s%s%s."
                        .formatted(
                                file,
                                configuration.groups().stream()
                                        .mapToInt(group -> group.machines().size())
                                        .sum(),
                                configuration.groups().size(),
                                configuration.host(),
                                configuration.recovery().isPresent() ? ", which may recover machines" : "",
                                fileOnly ? "; only the file was looked at" : ", all there"));
        return 0;
    }

    private void requireVault(ConfigurationCheck check) {
        try (Credentials credentials = check.credentials()) {
            Consumer<String> tell = spec.commandLine().getErr()::println;
            var _ = check.vaultIfThere(credentials, tell);
            check.seedFolders(credentials, tell);
        }
    }

    private void requireMachines(AgentConfiguration configuration, ConfigurationCheck check)
            throws InterruptedException {
        try (Hypervisor hypervisor = context.parts().hypervisor(configuration.hypervisor(), configuration.state())) {
            List<Machine> machines = check.machines(hypervisor);
            Optional<LifeboatException> fault = configuration.groups().stream()
                    .flatMap(group -> ConfigurationCheck.fault(group, machines).stream())
                    .findFirst();
            if (fault.isPresent()) {
                throw fault.get();
            }
        }
    }
}
