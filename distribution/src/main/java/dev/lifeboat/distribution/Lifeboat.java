package dev.lifeboat.distribution;

import dev.lifeboat.agent.AgentCommand;
import dev.lifeboat.agent.AgentContext;
import dev.lifeboat.agent.HostParts;
import dev.lifeboat.agent.MachineCommand;
import dev.lifeboat.bench.command.BenchCommand;
import dev.lifeboat.bench.command.BenchContext;
import dev.lifeboat.bench.own.VaultSessions;
import dev.lifeboat.cli.CommandRunner;
import dev.lifeboat.cli.CompletionCommand;
import dev.lifeboat.cli.DoctorCommand;
import dev.lifeboat.cli.Interruption;
import dev.lifeboat.cli.LifeboatVersion;
import dev.lifeboat.cli.SupportBundleCommand;
import dev.lifeboat.cli.VersionCommand;
import dev.lifeboat.host.HostFolders;
import dev.lifeboat.host.HostRequirements;
import dev.lifeboat.host.PackageInstaller;
import dev.lifeboat.host.SystemRandomness;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.command.LabCommand;
import dev.lifeboat.lab.command.LabContext;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.offline.OfflineContext;
import dev.lifeboat.offline.RescueCommand;
import dev.lifeboat.offline.VaultCommand;
import dev.lifeboat.recovery.export.ExportCommand;
import dev.lifeboat.vault.store.BlobStores;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code lifeboat} command: all commands of all modules under one name. */
@Command(
        name = "lifeboat",
        description = "Disaster recovery for small and medium businesses.",
        synopsisSubcommandLabel = "COMMAND")
public final class Lifeboat {

    private Lifeboat() {}

    /** The command with all its subcommands, each made with what it needs: the object graph of this process. */
    static CommandLine create() {
        Timekeeper time = new SystemTimekeeper();
        RandomGenerator random = SystemRandomness.secure();
        int processors = Runtime.getRuntime().availableProcessors();
        HostFolders folders = HostFolders.of(System.getenv(), Path.of(System.getProperty("user.home")));
        HostRequirements requirements = HostRequirements.ofThisHost(time, folders);
        AgentContext agent = agent(time, random, processors);
        OfflineContext offline = new OfflineContext(
                folders, random, time, processors, Lifeboat.class.getName(), System.getProperty("java.class.path"));
        return new CommandLine(new Lifeboat())
                .addSubcommand(new DoctorCommand(requirements, PackageInstaller.ofThisHost()))
                .addSubcommand(LabCommand.create(new LabContext(folders, requirements, time)))
                .addSubcommand(VaultCommand.create(offline))
                .addSubcommand(RescueCommand.create(offline))
                .addSubcommand(AgentCommand.create(agent, offline))
                .addSubcommand(MachineCommand.create())
                .addSubcommand(BenchCommand.create(new BenchContext(
                        folders, requirements, time, random, new VaultSessions(random, time, processors))))
                .addSubcommand(new VersionCommand())
                .addSubcommand(new SupportBundleCommand(requirements, folders, Path.of(""), time))
                .addSubcommand(new CompletionCommand());
    }

    /** The guard alone: a process that goes on beside each agent loads nothing of all the others. */
    private static CommandLine createGuard() {
        AgentContext agent = agent(new SystemTimekeeper(), SystemRandomness.secure(), 1);
        return new CommandLine(new Lifeboat()).addSubcommand(AgentCommand.guard(agent));
    }

    /** The export alone, likewise: a process for each machine that runs from a vault. */
    private static CommandLine createExport() {
        Timekeeper time = new SystemTimekeeper();
        RandomGenerator random = SystemRandomness.secure();
        return new CommandLine(new Lifeboat())
                .addSubcommand(new ExportCommand(System.in, url -> BlobStores.open(url, time, random), time, random));
    }

    private static AgentContext agent(Timekeeper time, RandomGenerator random, int processors) {
        return new AgentContext(
                time,
                random,
                System.getenv(),
                Lifeboat.class.getName(),
                System.getProperty("java.class.path"),
                LifeboatVersion.current(),
                new HostParts(
                        time, random, processors, Lifeboat.class.getName(), System.getProperty("java.class.path")));
    }

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String... arguments) {
        PrintWriter output = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        CommandLine root = switch (arguments.length > 0 ? arguments[0] : "") {
            case "guard" -> createGuard();
            case "export" -> createExport();
            default -> create();
        };
        System.exit(Interruption.endGracefully(() -> CommandRunner.run(root, output, errors, arguments)));
    }
}
