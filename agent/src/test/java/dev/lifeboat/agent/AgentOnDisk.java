package dev.lifeboat.agent;

import dev.lifeboat.agent.guard.FolderHypervisor;
import dev.lifeboat.cli.CommandRunner;
import dev.lifeboat.host.SystemRandomness;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.VaultDescription;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.VaultKeys;
import dev.lifeboat.vault.store.BlobStores;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A folder with a vault, credentials, two machines, a configuration, and agents that run from it. */
final class AgentOnDisk {

    static final Timekeeper TIME = new SystemTimekeeper();
    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final Path folder;
    private final FolderHypervisor hypervisor;

    /** How a command ended. */
    record Ended(int exitCode, String output, String errors) {}

    private AgentOnDisk(Path folder, FolderHypervisor hypervisor) {
        this.folder = folder;
        this.hypervisor = hypervisor;
    }

    /** With credentials for these groups. */
    static AgentOnDisk made(Path folder, String... groups) throws IOException {
        Path vault = folder.resolve("vault");
        try (RootSecret root = RootSecret.generate(SystemRandomness.secure());
                VaultKeys keys = root.keys();
                Credentials made = Credentials.issue(
                        keys, "alpha", Arrays.asList(groups), TIME.millis(), SystemRandomness.secure())) {
            new VaultDescription(root.vaultId(), TIME.instant())
                    .write(BlobStores.create(vault.toUri().toString(), TIME, SystemRandomness.secure()));
            Files.write(folder.resolve("credentials"), made.encode());
        }
        FolderHypervisor hypervisor = new FolderHypervisor(Files.createDirectory(folder.resolve("machines")));
        hypervisor.add("web");
        hypervisor.add("db");
        return new AgentOnDisk(folder, hypervisor);
    }

    FolderHypervisor hypervisor() {
        return hypervisor;
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    Path socket() {
        return folder.resolve("run/agent.sock");
    }

    /** A configuration with this group of web and db, and further lines. */
    Path configuration(String group, String... lines) throws IOException {
        String text = """
                host: alpha
                hypervisor: folder://FOLDER/machines
                vault:
                  url: file://FOLDER/vault
                  credentials: FOLDER/credentials
                state: FOLDER/state
                socket: FOLDER/run/agent.sock
                groups:
                  - name: GROUP
                    machines: [web, db]
                    period: 30s
                """.replace("FOLDER", folder.toString()).replace("GROUP", group);
        return Files.writeString(folder.resolve("agent.yaml"), text + String.join("\n", lines) + "\n");
    }

    /** Runs a command in this process. */
    static Ended run(String... arguments) {
        StringWriter output = new StringWriter();
        StringWriter errors = new StringWriter();
        int exitCode =
                CommandRunner.run(AgentProgram.root(), new PrintWriter(output), new PrintWriter(errors), arguments);
        return new Ended(exitCode, output.toString(), errors.toString());
    }

    /** Runs a command that asks the agent. */
    Ended ask(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--socket", socket().toString()));
        return run(all.toArray(String[]::new));
    }

    /** Starts {@code agent run} in a process of its own; what it logs goes to the file {@code log}. */
    Process start(Path configuration, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AgentProgram.class.getName(),
                        "agent",
                        "run",
                        "--config",
                        configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** The same, waiting until it answers and has its groups. */
    Process started(Path configuration) throws Exception {
        Process agent = start(configuration, Map.of());
        if (!TIME.await(
                START_LIMIT,
                Duration.ofMillis(50),
                () -> !agent.isAlive() || ask("agent", "status").output().contains("30.0 s"))) {
            throw new AssertionError("the agent does not answer: " + log());
        }
        if (!agent.isAlive()) {
            throw new AssertionError("the agent has ended: " + log());
        }
        return agent;
    }

    String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }
}
