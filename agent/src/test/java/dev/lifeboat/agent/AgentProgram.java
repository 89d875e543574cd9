package dev.lifeboat.agent;

import dev.lifeboat.agent.configuration.AgentConfiguration;
import dev.lifeboat.agent.guard.FolderHypervisor;
import dev.lifeboat.cli.CommandRunner;
import dev.lifeboat.cli.Interruption;
import dev.lifeboat.host.HostFolders;
import dev.lifeboat.host.SystemRandomness;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.offline.OfflineContext;
import dev.lifeboat.offline.VaultCommand;
import dev.lifeboat.recovery.KeyedRecoveries;
import dev.lifeboat.recovery.home.Homecomings;
import dev.lifeboat.replication.Guard;
import dev.lifeboat.replication.HoldBack;
import dev.lifeboat.replication.Replication;
import dev.lifeboat.replication.ReplicationListener;
import dev.lifeboat.vault.key.Credentials;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The agent's commands as the product has them, on machines that are folders. The guard's process is this one too. */
public final class AgentProgram {

    private static final Timekeeper TIME = new SystemTimekeeper();

    private AgentProgram() {}

    @Command(name = "lifeboat")
    private static final class Root {}

    private static final class FolderParts implements AgentContext.Parts {
        @Override
        public Hypervisor hypervisor(String uri, Path state) {
            return new FolderHypervisor(Path.of(uri.substring("folder://".length())));
        }

        @Override
        public Replication replication(
                AgentConfiguration configuration,
                Hypervisor hypervisor,
                Guard guard,
                Credentials credentials,
                ReplicationListener listener,
                HoldBack holdBack) {
            return new ReplicationInMemory(hypervisor, guard, listener, TIME);
        }

        @Override
        public Homecomings homecomings(String uri, Path folder, Optional<Credentials> credentials) {
            return new HomecomingsOnDisk(folder, TIME);
        }

        @Override
        public KeyedRecoveries recoveries(String uri, Path folder) {
            return new RecoveriesOnDisk(folder, TIME);
        }
    }

    static AgentContext context() {
        return new AgentContext(
                TIME,
                SystemRandomness.secure(),
                System.getenv(),
                AgentProgram.class.getName(),
                System.getProperty("java.class.path"),
                "1.2.3",
                new FolderParts());
    }

    static CommandLine root() {
        AgentContext context = context();
        OfflineContext vaults = new OfflineContext(
                HostFolders.of(Map.of(), Path.of("/nonexistent")), SystemRandomness.secure(), TIME, 1, "", "");
        return new CommandLine(new Root())
                .addSubcommand(AgentCommand.create(context, vaults))
                .addSubcommand(VaultCommand.create(vaults))
                .addSubcommand(MachineCommand.create())
                .addSubcommand(AgentCommand.guard(context));
    }

    /** Runs a command as the product does. */
    public static void main(String... arguments) {
        PrintWriter output = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(Interruption.endGracefully(() -> CommandRunner.run(root(), output, errors, arguments)));
    }
}
