package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.hypervisor.Adaptation;
import dev.lifeboat.hypervisor.AdaptedMachine;
import dev.lifeboat.hypervisor.CaptureOrder;
import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.CheckpointState.Tracking;
import dev.lifeboat.hypervisor.DiskDescription;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The machine that has something of every kind starts on another host, from its description and overlays. */
@NeedsLab
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // brought up before the tests
class RecoveredElsewhereTest {

    /** The boot loader alone is far smaller: whoever read so much has found it and loads the kernel. */
    private static final long KERNEL_BYTES = 5 << 20;

    private static final Duration BOOT_LIMIT = Duration.ofMinutes(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final CheckpointName ZERO = new CheckpointName("lifeboat-zero");
    private static final Path RUN = Path.of("/var/lib/libvirt/images/run-1");

    private final Timekeeper time = new SystemTimekeeper();
    private TestLab lab;
    private MachineDescription assorted;

    @BeforeAll
    void describeItAndTakeItsPower() throws Exception {
        lab = TestLab.named("adaptelse");
        lab.succeed("up", "--only", "assorted");
        try (RecoveryHypervisor primary = lab.hypervisor(LabHost.PRIMARY_1)) {
            MachineId id = primary.machines().getFirst().id();
            primary.powerOff(id);
            assorted = primary.describe(id);
        }
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        lab.takeDown();
    }

    @Test
    void itsFirmwareBootsItAndWhenItIsRemovedNothingIsLeft() throws Exception {
        List<String> before = traces();
        Files.createDirectories(here(RUN));
        Map<String, Path> overlays = new HashMap<>();
        for (DiskDescription disk : assorted.coveredDisks()) {
            overlays.put(disk.name(), overlay(disk));
        }
        try (RecoveryHypervisor recovery = lab.hypervisor(LabHost.RECOVERY_1)) {
            AdaptedMachine adapted = recovery.adapt(
                    assorted,
                    new Adaptation(
                            "assorted",
                            "run 1",
                            Optional.empty(),
                            Optional.empty(),
                            overlays,
                            Map.of("52:54:00:1b:0a:0d", "br0"),
                            RUN));
            assertThat(adapted.adaptations())
                    .anySatisfy(told -> assertThat(told).contains("sdd", "shared"))
                    .anySatisfy(told -> assertThat(told).contains("sdc", "empty"))
                    .anySatisfy(told -> assertThat(told).contains("52:54:00:1b:0b:0d", "not plugged in"));
            MachineId machine = recovery.place(adapted);
            assertThat(machine).isEqualTo(assorted.machine().id());

            recovery.start(machine, true);
            recovery.beginCapture(
                    machine, new CaptureOrder(Optional.empty(), Optional.of(ZERO), List.copyOf(overlays.keySet())));
            recovery.endCapture(machine);
            assertThat(recovery.checkpoints(machine)).singleElement().satisfies(state -> {
                assertThat(state.disks().keySet()).isEqualTo(overlays.keySet());
                assertThat(state.disks().values()).containsOnly(Tracking.INTACT);
            });
            recovery.resume(machine);
            assertThat(time.await(BOOT_LIMIT, LOOK_AGAIN, () -> bytesRead() > KERNEL_BYTES))
                    .as("the firmware has found the boot loader, and that loads the kernel")
                    .isTrue();
            assertThat(recovery.machines())
                    .singleElement()
                    .satisfies(one -> assertThat(one.state()).isEqualTo(PowerState.RUNNING));
            // What the TPM remembers is the same that was taken along, or swtpm would have made a new one.
            assertThat(recovery.describe(machine).files().keySet())
                    .isEqualTo(assorted.files().keySet());

            recovery.powerOff(machine);
            recovery.remove(machine);
            assertThat(recovery.machines()).isEmpty();
        }
        Program.of("rm", "-r", here(RUN).toString()).ask();
        assertThat(traces()).isEqualTo(before);
    }

    /** An overlay over a copy of the disk. */
    private Path overlay(DiskDescription disk) throws InterruptedException {
        Path copy = RUN.resolve(disk.name() + ".copy");
        Path overlay = RUN.resolve(disk.name() + ".qcow2");
        Path original = lab.file(LabHost.PRIMARY_1, "lib")
                .resolve(Path.of("/var/lib/libvirt").relativize(Path.of(disk.source())));
        Program.of("qemu-img", "convert", "-O", "raw", "-f", disk.format())
                .with(original.toString(), here(copy).toString())
                .ask();
        Program.of("qemu-img", "create", "-q", "-u", "-f", "qcow2", "-F", "raw", "-b", copy.toString())
                .with(here(overlay).toString(), Long.toString(disk.size()))
                .ask();
        return overlay;
    }

    private Path here(Path ofRecovery) {
        return lab.file(LabHost.RECOVERY_1, "lib")
                .resolve(Path.of("/var/lib/libvirt").relativize(ofRecovery));
    }

    private long bytesRead() {
        try {
            String stats = lab.virsh(LabHost.RECOVERY_1, "domblkstat", "assorted", "vda")
                    .ask();
            Matcher bytes = Pattern.compile("rd_bytes (\\d+)").matcher(stats);
            return bytes.find() ? Long.parseLong(bytes.group(1)) : 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Everything that machines could leave on the host. */
    private List<String> traces() throws IOException {
        try (Stream<Path> all = Files.walk(lab.file(LabHost.RECOVERY_1, "lib"))) {
            return all.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
        }
    }
}
