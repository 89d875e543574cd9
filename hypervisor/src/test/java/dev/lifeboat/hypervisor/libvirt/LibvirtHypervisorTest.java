package dev.lifeboat.hypervisor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.lifeboat.host.Program;
import dev.lifeboat.hypervisor.CaptureOrder;
import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.CheckpointState;
import dev.lifeboat.hypervisor.DiskDescription;
import dev.lifeboat.hypervisor.FrozenView;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorEvent;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is libvirt's own: the daemon that dies or hangs, and what its machines can be made of. */
@NeedsLibvirt
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // started before the tests
final class LibvirtHypervisorTest {

    private static final CheckpointName FIRST = new CheckpointName("lifeboat-0001-0");
    private static final CheckpointName SECOND = new CheckpointName("lifeboat-0002-0");
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private LibvirtHost host;

    @BeforeAll
    void startTheHost() throws Exception {
        host = LibvirtHost.start();
    }

    @AfterAll
    void stopTheHost() {
        host.close();
    }

    @Test
    void aCaptureOutlivesLibvirtdAndTheConnectionComesBack() throws Exception {
        MachineId machine = host.add("survivor", List.of("vda"));
        BlockingQueue<HypervisorEvent> events = new LinkedBlockingQueue<>();
        try (Hypervisor hypervisor = host.connect();
                Hypervisor.Watch watch = hypervisor.watch(events::add)) {
            assertThat(watch).isNotNull();
            hypervisor.start(machine, false);
            FrozenView view = hypervisor.beginCapture(machine, order(Optional.empty(), Optional.of(FIRST), "vda"));
            host.killDaemon();
            refused(Kind.UNREACHABLE, hypervisor::machines);
            host.startDaemon();
            HypervisorEvent event = new HypervisorEvent.Started(machine);
            while (!event.equals(new HypervisorEvent.Reconnected())) {
                event = events.poll(30, TimeUnit.SECONDS);
                assertThat(event).isNotNull();
            }
            assertThat(hypervisor.machines().getFirst().state()).isEqualTo(PowerState.RUNNING);
            assertThat(hypervisor.capture(machine))
                    .contains(new Hypervisor.RunningCapture(
                            Optional.of(LibvirtHost.CAPTURES
                                    .resolve(machine.toString())
                                    .resolve("nbd")),
                            true));
            hypervisor.endCapture(machine);
            assertThat(view.socket()).doesNotExist();
            hypervisor.beginCapture(machine, order(Optional.of(FIRST), Optional.of(SECOND), "vda"));
            hypervisor.endCapture(machine);
            remove(hypervisor, machine);
        }
    }

    @Test
    void aLibvirtdThatHangsHoldsNobodyForLong() throws Exception {
        try (Hypervisor hypervisor = host.connect()) {
            ProcessHandle daemon = host.daemon();
            signal("STOP", daemon);
            Duration before = host.time().elapsed();
            try {
                assertThatThrownBy(hypervisor::machines)
                        .isInstanceOfSatisfying(
                                HypervisorException.class,
                                e -> assertThat(e.kind()).isIn(Kind.UNREACHABLE, Kind.TIMED_OUT));
            } finally {
                signal("CONT", daemon);
            }
            assertThat(host.time().elapsed().minus(before)).isLessThan(Duration.ofSeconds(61));
            assertThat(host.time().await(Duration.ofSeconds(30), LOOK_AGAIN, () -> answers(hypervisor)))
                    .isTrue();
        }
    }

    private static boolean answers(Hypervisor hypervisor) {
        try {
            return hypervisor.machines() != null;
        } catch (HypervisorException e) {
            return false;
        }
    }

    private static void signal(String signal, ProcessHandle process) throws InterruptedException {
        Program.of("sh", "-c", "kill -\"$0\" \"$1\"", signal, Long.toString(process.pid()))
                .ask();
    }

    @Test
    void whereNothingListensCallsFailAtOnce() throws Exception {
        Path nowhere = host.files().resolve("nobody");
        try (Hypervisor hypervisor = LibvirtHypervisor.open(
                "qemu+unix:///system?socket=" + nowhere, LibvirtHost.CAPTURES, path -> path, host.time())) {
            refused(Kind.UNREACHABLE, hypervisor::machines);
            refused(Kind.UNREACHABLE, () -> hypervisor.describe(new MachineId(new UUID(1, 1))));
        }
    }

    @Test
    void aRenamedMachineLosesItsCheckpointsWithTheNextLibvirtdAndTakesThemUpAgain() throws Exception {
        MachineId machine = host.add("before", List.of("vda"));
        try (Hypervisor hypervisor = host.connect()) {
            hypervisor.start(machine, false);
            hypervisor.beginCapture(machine, order(Optional.empty(), Optional.of(FIRST), "vda"));
            hypervisor.endCapture(machine);
            hypervisor.powerOff(machine);
            host.virsh("domrename", "before", "after").ask();
            host.killDaemon();
            host.startDaemon();
            assertThat(host.time().await(Duration.ofSeconds(30), LOOK_AGAIN, () -> answers(hypervisor)))
                    .isTrue();
            hypervisor.start(machine, false);
            assertThat(hypervisor.checkpoints(machine)).isEmpty();
            assertThat(hypervisor.readoptCheckpoint(machine, FIRST, Set.of("vda")))
                    .isTrue();
            assertThat(hypervisor.checkpoints(machine))
                    .extracting(CheckpointState::name)
                    .containsExactly(FIRST);
            hypervisor.beginCapture(machine, order(Optional.of(FIRST), Optional.empty(), "vda"));
            hypervisor.endCapture(machine);
            remove(hypervisor, machine);
        }
    }

    @Test
    void aRawDiskIsShownWholeAndIsInNoCheckpoint() throws Exception {
        UUID uuid = new UUID(7, 7);
        host.image("raw-vda", "qcow2", 4 << 20);
        host.image("raw-vdb", "raw", 4 << 20);
        MachineId machine = host.define(
                "raw", uuid, LibvirtHost.disk("vda", "qcow2", "raw-vda") + LibvirtHost.disk("vdb", "raw", "raw-vdb"));
        try (Hypervisor hypervisor = host.connect()) {
            hypervisor.start(machine, false);
            hypervisor.beginCapture(machine, order(Optional.empty(), Optional.of(FIRST), "vda", "vdb"));
            hypervisor.endCapture(machine);
            FrozenView view =
                    hypervisor.beginCapture(machine, order(Optional.of(FIRST), Optional.of(SECOND), "vda", "vdb"));
            assertThat(view.disks().getFirst().changes()).isEqualTo("qemu:dirty-bitmap:changes-vda");
            assertThat(view.disks().getLast().changes()).isNull();
            hypervisor.endCapture(machine);
            assertThat(hypervisor.checkpoints(machine))
                    .allSatisfy(state -> assertThat(state.disks()).containsOnlyKeys("vda"));
            remove(hypervisor, machine);
        }
    }

    @Test
    void aMachineIsDescribedWithAllThatItIsMadeOf() throws Exception {
        UUID uuid = new UUID(8, 8);
        host.image("rich-vda", "qcow2", 4 << 20);
        host.image("rich-base", "qcow2", 8 << 20);
        host.image("rich-sda", "raw", 2 << 20);
        host.image("rich-shared", "raw", 1 << 20);
        Path base = host.fromHere(Path.of("/var/lib/libvirt/images/rich-base"));
        Program.of(
                        "qemu-img",
                        "create",
                        "-q",
                        "-f",
                        "qcow2",
                        "-F",
                        "qcow2",
                        "-b",
                        base.getFileName().toString())
                .with(base.resolveSibling("rich-sdb").toString())
                .ask();
        MachineId machine = host.define("""
                <domain type='qemu'><name>rich</name><uuid>%s</uuid><memory unit='MiB'>64</memory><vcpu>1</vcpu>
                <os><type arch='x86_64' machine='q35'>hvm</type>
                <loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader>
                <nvram template='/usr/share/OVMF/OVMF_VARS_4M.fd'>/var/lib/libvirt/images/rich.fd</nvram></os>
                <features><acpi/></features><devices>
                %s
                <controller type='scsi' model='virtio-scsi'/>
                <disk type='file' device='disk'><driver name='qemu' type='raw'/>
                <source file='/var/lib/libvirt/images/rich-sda'/><target dev='sda' bus='scsi'/></disk>
                <disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
                <source file='/var/lib/libvirt/images/rich-sdb'/><target dev='sdb' bus='sata'/></disk>
                <disk type='file' device='disk'><driver name='qemu' type='raw'/>
                <source file='/var/lib/libvirt/images/rich-shared'/><target dev='vdb' bus='virtio'/><shareable/></disk>
                <disk type='file' device='cdrom'><target dev='sdc' bus='sata'/><readonly/></disk>
                <interface type='user'><mac address='52:54:00:AA:00:01'/><model type='virtio'/></interface>
                <interface type='user'><mac address='52:54:00:aa:00:02'/><model type='e1000e'/></interface>
                <graphics type='vnc' port='-1' autoport='yes' passwd='secret17'/>
                <memballoon model='none'/><video><model type='vga'/></video></devices></domain>
                """.formatted(uuid, LibvirtHost.disk("vda", "qcow2", "rich-vda")), uuid);
        try (Hypervisor hypervisor = host.connect()) {
            assertThat(hypervisor.describe(machine).files()).isEmpty();
            hypervisor.start(machine, false);
            MachineDescription rich = hypervisor.describe(machine);
            assertThat(rich.host()).isEqualTo("contract-host");
            assertThat(rich.definition()).contains("passwd='secret17'");
            assertThat(rich.coveredDisks())
                    .extracting(DiskDescription::name, DiskDescription::bus, DiskDescription::size)
                    .containsExactlyInAnyOrder(
                            tuple("vda", "virtio", 4L << 20),
                            tuple("sda", "scsi", 2L << 20),
                            tuple("sdb", "sata", 8L << 20));
            assertThat(rich.disks())
                    .filteredOn(disk -> !disk.covered())
                    .extracting(DiskDescription::name)
                    .containsExactlyInAnyOrder("vdb", "sdc");
            assertThat(rich.interfaces())
                    .extracting(card -> card.mac() + " " + card.network() + " " + card.model())
                    .containsExactly("52:54:00:aa:00:01 user virtio", "52:54:00:aa:00:02 user e1000e");
            assertThat(rich.files()).containsOnlyKeys("nvram");
            assertThat(rich.files().get("nvram"))
                    .isEqualTo(Files.readAllBytes(host.fromHere(Path.of("/var/lib/libvirt/images/rich.fd"))));
            refused(
                    Kind.UNSUPPORTED,
                    () -> hypervisor.beginCapture(machine, order(Optional.empty(), Optional.empty(), "vdb")));
            refused(Kind.GUEST_AGENT_SILENT, () -> hypervisor.freeze(machine, Duration.ofSeconds(2)));
            refused(Kind.GUEST_AGENT_SILENT, () -> hypervisor.frozen(machine, Duration.ofSeconds(2)));
            assertThat(hypervisor.screen(machine)).hasSizeGreaterThan(100);
            hypervisor.powerOff(machine);
            hypervisor.undefine(machine);
            assertThat(host.fromHere(Path.of("/var/lib/libvirt/images/rich.fd")))
                    .exists();
            assertThat(hypervisor.define(rich.definition())).isEqualTo(machine);
            hypervisor.start(machine, true);
            remove(hypervisor, machine);
        }
    }

    private static void remove(Hypervisor hypervisor, MachineId machine) throws HypervisorException {
        hypervisor.powerOff(machine);
        hypervisor.undefine(machine);
    }

    private static CaptureOrder order(
            Optional<CheckpointName> since, Optional<CheckpointName> create, String... disks) {
        return new CaptureOrder(since, create, List.of(disks));
    }

    private static void refused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HypervisorException.class,
                        failure -> assertThat(failure.kind())
                                .as(failure.getMessage())
                                .isEqualTo(kind));
    }
}
