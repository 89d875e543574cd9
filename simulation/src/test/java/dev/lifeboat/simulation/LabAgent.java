package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.endpoint.AgentClient;
import dev.lifeboat.agent.endpoint.AgentStatus;
import dev.lifeboat.host.ProcessTable;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The agent of a host of a lab: {@code lifeboat agent run} in a process of its own in the host's container, as its
 * administrator would start it. It may be killed, stopped and started again; closing it ends it and its guard.
 */
final class LabAgent implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    /** What a clean stop may take, and some more for a busy computer. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    /** As the launcher starts it. */
    private static final String[] JVM_OPTIONS = {"-Xms64m", "-Xmx192m", "-XX:TrimNativeHeapInterval=60000"};

    /** Where the host's container has a folder that QEMU may pass through. */
    private static final String STATE = "/var/lib/libvirt/agent";

    private final TestLab lab;
    private final LabHost host;
    private final Path configuration;
    private final Path log;
    private final Timekeeper time = new SystemTimekeeper();
    private Optional<Process> process = Optional.empty();

    /** @param settings further lines of the configuration, {@code groups:} at least */
    LabAgent(TestLab lab, LabHost host, ProtectedLab guarded, String settings) throws IOException {
        this.lab = lab;
        this.host = host;
        this.configuration = lab.scratch("agent-%s.yaml".formatted(host));
        this.log = lab.scratch("agent-%s.log".formatted(host));
        configure(guarded, settings);
    }

    /**
     * One that protects nothing, and has no vault and no credentials.
     *
     * @param settings further lines of the configuration, {@code recovery:} at least
     */
    LabAgent(TestLab lab, LabHost host, String settings) throws IOException {
        this.lab = lab;
        this.host = host;
        this.configuration = lab.scratch("agent-%s.yaml".formatted(host));
        this.log = lab.scratch("agent-%s.log".formatted(host));
        configure(settings);
    }

    /** Writes its configuration anew, for its next start. */
    void configure(ProtectedLab guarded, String settings) throws IOException {
        configure("""
                vault:
                  url: %s
                  credentials: %s
                """.formatted(guarded.vault(), guarded.scratch("agent")) + settings);
    }

    private void configure(String settings) throws IOException {
        Files.writeString(configuration, """
                host: %s
                state: %s
                socket: %s/agent.sock
                """.formatted(host, STATE, STATE) + settings);
    }

    /** Starts it, and does not wait for anything. */
    void start() {
        assertThat(process.filter(Process::isAlive))
                .as("the agent runs already")
                .isEmpty();
        process = Optional.of(onTheHost("agent", "run", "--config", configuration.toString())
                .startedBy("sh", "-c", "log=$1; shift; exec \"$@\" >> \"$log\" 2>&1", "sh", log.toString())
                .start());
    }

    /** {@code lifeboat ARGUMENTS} on the host. */
    Program onTheHost(String... arguments) {
        return lab.lifeboatOn(host, JVM_OPTIONS, arguments).withVariable("MALLOC_ARENA_MAX", "2");
    }

    /** The agent's socket, for {@code --socket} of commands on the host. */
    static String socket() {
        return STATE + "/agent.sock";
    }

    /** The agent's process: who enters a namespace of processes has it as its child. */
    ProcessHandle java() throws InterruptedException {
        Process started = process.orElseThrow();
        assertThat(time.await(
                        LIMIT, LOOK_AGAIN, () -> started.children().findAny().isPresent()))
                .as(log())
                .isTrue();
        return started.children().findAny().orElseThrow();
    }

    /** Its guard, which the agent has started by now. */
    ProcessHandle guard() throws IOException {
        // Every lab's agent has its state at the same place, each in a container of its own.
        String namespace = namespaceOf(lab.containerId(host.toString()));
        for (ProcessTable.Entry entry : ProcessTable.withArgument("--state=" + STATE)) {
            if (entry.arguments().contains("guard") && namespaceOf(entry.id()).equals(namespace)) {
                return ProcessHandle.of(entry.id()).orElseThrow();
            }
        }
        throw new AssertionError("there is no guard\n" + log());
    }

    private static String namespaceOf(long process) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc", Long.toString(process), "ns", "pid"))
                .toString();
    }

    /** Sends a signal to the agent, such as {@code STOP}. */
    void signal(String signal) throws InterruptedException {
        TestLab.signal(signal, java().pid());
    }

    /** Lets it go on after {@code STOP}. */
    void wake() throws InterruptedException {
        signal("CONT");
    }

    /** As {@code kill -9} does; its guard is left. */
    void kill() throws InterruptedException {
        kill(java());
    }

    /** The same, where its process is known already and every moment counts. */
    void kill(ProcessHandle java) throws InterruptedException {
        boolean _ = java.destroyForcibly();
        awaitEnd();
    }

    /** Ends it in order. */
    void stop() throws InterruptedException {
        java().destroy();
        awaitEnd();
    }

    /** Who entered the namespaces for the agent stops when the agent is stopped, and sees its end only when woken. */
    private void awaitEnd() throws InterruptedException {
        Process entered = process.orElseThrow();
        Duration end = time.elapsed().plus(STOP_LIMIT);
        while (!entered.waitFor(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
            assertThat(time.elapsed()).as("the agent has not ended: %s", log()).isLessThan(end);
            // It may end at this very moment: then there is nobody to be woken.
            ProgramRun _ = Program.of("sh", "-c", "kill -CONT \"$0\"", Long.toString(entered.pid()))
                    .run();
        }
    }

    /** How it stands, when it answers. */
    Optional<AgentStatus> status() throws InterruptedException {
        try (AgentClient client = new AgentClient(lab.file(host, "lib/agent/agent.sock"))) {
            return Optional.of(client.status());
        } catch (LifeboatException e) {
            return Optional.empty();
        }
    }

    /** How a group stands, when the agent answers. */
    Optional<AgentStatus.Group> group(String name) throws InterruptedException {
        return status().flatMap(status -> status.groups().stream()
                .filter(group -> group.group().equals(name))
                .findAny());
    }

    /** Waits until a group stands as wanted. */
    AgentStatus.Group await(String group, String what, Predicate<AgentStatus.Group> wanted)
            throws InterruptedException {
        Instant end = time.instant().plus(LIMIT);
        while (time.instant().isBefore(end)) {
            Optional<AgentStatus.Group> now = group(group).filter(wanted);
            if (now.isPresent()) {
                return now.get();
            }
            time.pause(LOOK_AGAIN);
        }
        throw new AssertionError("%s did not come within %s; %s%n%s".formatted(what, LIMIT, group(group), log()));
    }

    /** Waits for a point whose content is younger than now. */
    AgentStatus.Group awaitFreshPoint(String group) throws InterruptedException {
        Instant now = time.instant();
        return await(group, "a fresh point", standing -> {
            Instant newest = standing.newestStarted();
            return newest != null && newest.isAfter(now);
        });
    }

    /** What it has written to its log so far. */
    String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            return "the log cannot be read: " + e.getMessage();
        }
    }

    @Override
    public void close() {
        try {
            if (process.filter(Process::isAlive).isPresent()) {
                wake();
                stop();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while the agent ends", e);
        }
    }
}
