package dev.lifeboat.lab;

import dev.lifeboat.host.Accelerator;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The libvirt of one host of the lab, as an operator uses it: through virsh and the host's Unix socket. */
final class Libvirt {

    /** The first start of a libvirtd asks QEMU for all it can do, which takes seconds under load. */
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private static final Pattern TPM_EMULATOR =
            Pattern.compile("<tpm supported='yes'>.*?<value>emulator</value>", Pattern.DOTALL);

    private final LabHost host;
    private final Path socket;
    private final Timekeeper time;

    Libvirt(LabFolder folder, LabHost host, Timekeeper time) {
        this.host = host;
        this.socket = folder.ofHost(host).resolve("run").resolve("libvirt-sock");
        this.time = time;
    }

    /** The address by which libvirt's clients on this computer reach it. */
    String uri() {
        return "qemu+unix:///system?socket=" + socket;
    }

    /** Whether it answers. */
    boolean answers() throws InterruptedException {
        return Files.exists(socket) && virsh("uri").run().succeeded();
    }

    void awaitReady() throws InterruptedException {
        Duration deadline = time.elapsed().plus(READY_LIMIT);
        while (!answers()) {
            if (time.elapsed().compareTo(deadline) > 0) {
                throw new LifeboatException(
                        ErrorCode.LAB_NOT_STARTED, "The libvirt of %s does not answer.".formatted(host));
            }
            time.pause(LOOK_AGAIN);
        }
    }

    /** Every machine that is defined, with its state in libvirt's words. */
    Map<String, String> machines() throws InterruptedException {
        ProgramRun list = virsh("list", "--all").run().orThrow();
        Map<String, String> states = new TreeMap<>();
        list.output()
                .lines()
                .skip(2)
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .forEach(line -> {
                    String[] columns = line.split("\\s+", 3);
                    states.put(columns[1], columns[2]);
                });
        return states;
    }

    MachineState stateOf(Machine machine) throws InterruptedException {
        String word = machines().get(machine.toString());
        return word == null ? MachineState.UNDEFINED : MachineState.of(word);
    }

    /** Defines a machine that the host starts whenever it boots. */
    void define(Machine machine, Accelerator accelerator) throws InterruptedException {
        virsh("define", "/dev/stdin")
                .reading(DomainXml.of(machine, accelerator, machine == Machine.ASSORTED && hasTpm()))
                .ask();
        virsh("autostart", machine.toString()).ask();
    }

    /** Whether libvirt finds what it needs to emulate a TPM: swtpm and its tools. */
    private boolean hasTpm() throws InterruptedException {
        String capabilities = virsh("domcapabilities", "--virttype", "qemu").ask();
        return TPM_EMULATOR.matcher(capabilities).find();
    }

    void resume(Machine machine) throws InterruptedException {
        virsh("resume", machine.toString()).ask();
    }

    void start(Machine machine) throws InterruptedException {
        virsh("start", machine.toString()).ask();
    }

    private Program virsh(String... arguments) {
        return Program.of("virsh", "--connect", uri()).with(arguments);
    }
}
