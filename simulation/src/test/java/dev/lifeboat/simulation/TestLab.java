package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.NetworkNamespace;
import dev.lifeboat.host.ProcessTable;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.hypervisor.libvirt.LibvirtHypervisor;
import dev.lifeboat.lab.Customers;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.lab.scribe.ScribeClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A lab of a test's own, driven through the finished command in processes of their own, as a person would. It stands
 * below a temporary folder and is removed by {@link #takeDown}, whatever has become of it.
 */
final class TestLab {

    /** The jars of the command, put there by the module distribution. */
    static final Path ASSEMBLED = Path.of(
            Objects.requireNonNull(System.getProperty("lifeboat.root")), "distribution", "target", "lifeboat", "lib");

    /** Where captures are kept, in a host's words. */
    private static final Path CAPTURES = Path.of("/var/lib/libvirt/lifeboat");

    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(15);

    private final String name;
    private final Path state;

    private TestLab(String name, Path state) {
        this.name = name;
        this.state = state;
    }

    /** A lab that is not up yet. */
    static TestLab named(String name) throws IOException {
        return new TestLab(name, Files.createTempDirectory(Path.of("/var/tmp"), "lb-"));
    }

    /** A first lab fills what is kept on purpose: the images, and how machines are accelerated here. */
    static void fillTheCache() throws IOException, InterruptedException {
        TestLab first = named("first");
        first.succeed("up", "--only", "scribe");
        first.takeDown();
    }

    /** Another lab on the same computer, below the same folder. */
    TestLab sibling(String other) {
        return new TestLab(other, state);
    }

    /** {@code lifeboat ARGUMENTS --name NAME}, under the tightest umask that an administrator may have. */
    Program command(String... arguments) {
        return interruptible(lifeboat(arguments))
                .with("--name", name)
                .startedBy("sh", "-c", "umask 077; exec \"$@\"", "sh")
                .withVariable("LIFEBOAT_STATE_DIR", state.toString())
                .within(COMMAND_LIMIT);
    }

    /** The finished command, as the build has assembled it. */
    static Program lifeboat(String... arguments) {
        return lifeboat(ASSEMBLED, arguments);
    }

    /** The finished command, from a copy of what the build has assembled. */
    static Program lifeboat(Path jars, String... arguments) {
        return lifeboat(new String[0], jars, arguments);
    }

    /** The same under further options of the virtual machine. */
    static Program lifeboat(String[] options, Path jars, String... arguments) {
        return Program.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString())
                .with("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC")
                .with(options)
                .with("-cp", jars + "/*")
                .with("dev.lifeboat.distribution.Lifeboat")
                .with(arguments);
    }

    /** {@code lifeboat ARGUMENTS} on a host of this lab, as its administrator would run it there. */
    Program lifeboatOn(LabHost host, String[] options, String... arguments) {
        return lifeboat(options, ASSEMBLED, arguments)
                .startedBy(
                        "nsenter",
                        "--mount",
                        "--net",
                        "--pid",
                        "--target",
                        Long.toString(containerId(host.toString())),
                        "--");
    }

    /** Runs a lab command that has to succeed and gives what it printed. */
    String succeed(String... arguments) throws InterruptedException {
        List<String> lab = new ArrayList<>(List.of("lab"));
        lab.addAll(List.of(arguments));
        ProgramRun run = command(lab.toArray(String[]::new)).run();
        assertThat(run.exitCode()).as(run.complaint()).isZero();
        return run.output();
    }

    JsonNode status() throws InterruptedException {
        return JsonMapper.shared().readTree(succeed("status", "--output", "json"));
    }

    /** What is asked of scribe. */
    interface ScribeQuestion<T> {
        T ask(ScribeClient scribe) throws IOException;
    }

    /** Asks scribe at its home, from its site's router: its pace, its measurements, its slots, its guest agent. */
    <T> T scribe(ScribeQuestion<T> question) throws Exception {
        return NetworkNamespace.of(containerId(LabHost.PRIMARY_1.site().toString()))
                .call(() -> question.ask(Customers.scribe(new SystemTimekeeper())));
    }

    /** The hypervisor of a host, as an agent of ours there has it. */
    RecoveryHypervisor hypervisor(LabHost host) throws HypervisorException {
        Path root = Path.of("/proc/%d/root".formatted(containerId(host.toString())));
        return LibvirtHypervisor.open(
                address(host), CAPTURES, path -> root.resolve(Path.of("/").relativize(path)), new SystemTimekeeper());
    }

    /** As a person would, with the libvirt of a host. */
    Program virsh(LabHost host, String... arguments) {
        return Program.of("virsh", "--quiet", "--connect", address(host)).with(arguments);
    }

    private String address(LabHost host) {
        return "qemu+unix:///system?socket=" + file(host, "run/libvirt-sock");
    }

    /** The same, which hears Ctrl-C even when these tests run in the background and therefore do not. */
    static Program interruptible(Program program) {
        return program.startedBy("env", "--default-signal=INT");
    }

    /** Sends a signal that Java cannot send, by the shell, which has it built in. */
    static void signal(String signal, long processId) throws InterruptedException {
        Program.of("sh", "-c", "kill -\"$0\" \"$1\"", signal, Long.toString(processId))
                .ask();
    }

    /** A file on a host of the lab, as seen from this computer. */
    Path file(LabHost host, String path) {
        return folder().resolve(host.toString()).resolve(path);
    }

    Path folder() {
        return state.resolve("lab").resolve(name);
    }

    Path state() {
        return state;
    }

    /** A file of the test's own that goes with the lab. */
    Path scratch(String file) {
        return state.resolve(file);
    }

    /** The init of a container of this lab. */
    long containerId(String container) {
        return ProcessTable.withArgument("lifeboat-lab:" + folder() + ":" + container).stream()
                .filter(ProcessTable.Entry::isInitOfNamespace)
                .findFirst()
                .orElseThrow()
                .id();
    }

    void takeDown() throws InterruptedException {
        succeed("down");
        Program.of("rm", "-rf", state.toString()).ask();
    }

    @Override
    public String toString() {
        return name;
    }
}
