package dev.lifeboat.hypervisor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.host.Program;
import dev.lifeboat.hypervisor.Adaptation;
import dev.lifeboat.hypervisor.AdaptedMachine;
import dev.lifeboat.hypervisor.CaptureOrder;
import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.CheckpointState.Tracking;
import dev.lifeboat.hypervisor.DiskChain;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.hypervisor.TestHost;
import dev.lifeboat.nbd.NbdAddress;
import dev.lifeboat.nbd.NbdExport;
import dev.lifeboat.nbd.NbdExports;
import dev.lifeboat.nbd.NbdServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a recovered machine stands on under libvirt: firmware with its variables, and a disk over an export. */
@NeedsLibvirt
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // started before the tests
final class RecoveredMachineTest {

    private static final String OWNER = "run 3";
    private static final String BRIDGE = "lbtest0";
    private static final CheckpointName FIRST = new CheckpointName("lifeboat-0001-0");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private LibvirtHost host;

    @BeforeAll
    void startTheHost() throws Exception {
        host = LibvirtHost.start();
        host.insideWithNetwork("ip", "link", "add", BRIDGE, "type", "bridge").ask();
    }

    @AfterAll
    void stopTheHost() {
        host.close();
    }

    @Test
    void aMachineOfABetterHostStartsHereWithItsFirmwareVariablesAndIsRemovedWithThem() throws Exception {
        UUID uuid = new UUID(21, 21);
        host.define("""
                <domain type='qemu'><name>better</name><uuid>%s</uuid><genid>%1$s</genid>
                <memory unit='MiB'>64</memory><vcpu>2</vcpu>
                <os><type arch='x86_64' machine='pc-q35-6.2'>hvm</type>
                <loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader>
                <nvram template='/usr/share/OVMF/OVMF_VARS_4M.fd'>/var/lib/libvirt/images/better.fd</nvram></os>
                <features><acpi/></features><cpu mode='custom' match='exact'><model fallback='forbid'>Westmere</model>
                <topology sockets='1' dies='1' cores='2' threads='1'/></cpu>
                <devices>
                <interface type='user'><mac address='52:54:00:aa:01:01'/><model type='virtio'/></interface>
                <interface type='user'><mac address='52:54:00:aa:01:02'/><model type='e1000e'/></interface>
                <graphics type='vnc' port='5999' autoport='no' listen='127.0.0.1'/>
                <serial type='file'><source path='/var/lib/libvirt/images/better.log'/></serial>
                <memballoon model='none'/><video><model type='vga'/></video></devices></domain>
                """.formatted(uuid), uuid);
        MachineId machine = new MachineId(uuid);
        try (RecoveryHypervisor hypervisor = host.connect()) {
            MachineDescription plain = hypervisor.describe(machine);
            hypervisor.undefine(machine);
            byte[] variables = Files.readAllBytes(Path.of("/usr/share/OVMF/OVMF_VARS_4M.fd"));
            variables[variables.length - 1] = 17;
            MachineDescription better = new MachineDescription(
                    plain.machine(),
                    plain.host(),
                    plain.kind(),
                    plain.definition()
                            .replace("pc-q35-6.2", "pc-q35-rhel99.0.0")
                            .replace(">Westmere<", ">Icelake-Server<")
                            .replace("/usr/share/OVMF/", "/usr/share/edk2-elsewhere/"),
                    plain.disks(),
                    plain.interfaces(),
                    Map.of("nvram", variables),
                    plain.notCovered());
            UUID generation = new UUID(77, 77);
            AdaptedMachine adapted = hypervisor.adapt(
                    better,
                    new Adaptation(
                            "better",
                            OWNER,
                            Optional.empty(),
                            Optional.of(generation),
                            Map.of(),
                            Map.of("52:54:00:aa:01:01", BRIDGE),
                            host.folder()));
            assertThat(adapted.adaptations())
                    .anySatisfy(told -> assertThat(told).contains("pc-q35-rhel99.0.0", "pc-q35-7.2"))
                    .anySatisfy(told -> assertThat(told).contains("Icelake-Server"))
                    .anySatisfy(told -> assertThat(told).contains("edk2-elsewhere", "OVMF_CODE_4M.fd"))
                    .anySatisfy(told -> assertThat(told).contains("generation id is new"))
                    .anySatisfy(told -> assertThat(told).contains("52:54:00:aa:01:02", "not plugged in"));

            hypervisor.place(adapted);
            Path nvram = host.fromHere(host.folder().resolve("better_VARS.fd"));
            assertThat(Files.readAllBytes(nvram)).isEqualTo(variables);
            hypervisor.start(machine, true);
            hypervisor.resume(machine);
            String running = host.virsh("dumpxml", machine.toString()).ask();
            assertThat(running)
                    .contains(generation.toString(), "machine='pc-q35-7.2'", "bridge='%s'".formatted(BRIDGE))
                    .contains("<link state='down'/>", "cores='2'");
            assertThat(host.virsh("dominfo", machine.toString()).ask())
                    .containsPattern("Persistent: +yes")
                    .containsPattern("Autostart: +disable");
            assertThat(Files.readAllBytes(nvram)).hasSameSizeAs(variables);
            hypervisor.powerOff(machine);
            hypervisor.remove(machine);
            assertThat(nvram).doesNotExist();
            assertThat(hypervisor.machines()).isEmpty();
        }
    }

    @Test
    void aDiskOverAnExportIsTrackedFromTimeZeroStopsAtAnErrorAndGoesOn() throws Exception {
        UUID uuid = new UUID(22, 22);
        MachineId machine = new MachineId(uuid);
        host.image("exported", "qcow2", TestHost.DISK_BYTES);
        host.define("exported", uuid, LibvirtHost.disk("vda", "qcow2", "exported"));
        Path socket = host.folder().resolve("nbd");
        Path overlay = host.folder().resolve("overlay");
        Program.of("qemu-img", "create", "-q", "-u", "-f", "qcow2", "-F", "raw")
                .with("-b", "nbd+unix:///?socket=" + socket)
                .with(host.fromHere(overlay).toString(), Integer.toString(TestHost.DISK_BYTES))
                .ask();
        FailingExport export = new FailingExport();
        try (RecoveryHypervisor hypervisor = host.connect()) {
            MachineDescription described = hypervisor.describe(machine);
            hypervisor.undefine(machine);
            hypervisor.place(hypervisor.adapt(
                    described,
                    new Adaptation(
                            "exported",
                            OWNER,
                            Optional.empty(),
                            Optional.empty(),
                            Map.of("vda", overlay),
                            Map.of(),
                            host.folder())));
            assertThatThrownBy(() -> hypervisor.start(machine, true))
                    .as("there is no export yet")
                    .isInstanceOf(HypervisorException.class);

            try (NbdServer server = serve(export, host.fromHere(socket))) {
                assertThat(server).isNotNull();
                hypervisor.start(machine, true);
                hypervisor.beginCapture(
                        machine, new CaptureOrder(Optional.empty(), Optional.of(FIRST), List.of("vda")));
                hypervisor.endCapture(machine);
                assertThat(hypervisor.checkpoints(machine))
                        .singleElement()
                        .satisfies(state -> assertThat(state.disks()).containsEntry("vda", Tracking.INTACT));
                assertThat(hypervisor.diskChain(machine, "vda").images())
                        .containsExactly(overlay.toString(), socket.toString());

                export.fails = true;
                hypervisor.resume(machine);
                awaitState(hypervisor, machine, PowerState.SUSPENDED_BY_DISK_ERROR);
                export.fails = false;
                hypervisor.resume(machine);
                awaitState(hypervisor, machine, PowerState.RUNNING);
                hypervisor.beginPull(machine, "vda", 0);
                assertThat(host.time()
                                .await(
                                        LIMIT,
                                        LOOK_AGAIN,
                                        () -> chain(hypervisor, machine).standsAlone()))
                        .isTrue();
            }
            hypervisor.powerOff(machine);
            hypervisor.start(machine, true);
            hypervisor.powerOff(machine);
            hypervisor.remove(machine);
        }
    }

    private static DiskChain chain(RecoveryHypervisor hypervisor, MachineId machine) {
        try {
            return hypervisor.diskChain(machine, "vda");
        } catch (HypervisorException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitState(RecoveryHypervisor hypervisor, MachineId machine, PowerState wanted) throws Exception {
        assertThat(host.time().await(LIMIT, LOOK_AGAIN, () -> {
                    try {
                        return hypervisor.machines().stream()
                                .anyMatch(one -> one.id().equals(machine) && one.state() == wanted);
                    } catch (HypervisorException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .as("the machine is %s", wanted)
                .isTrue();
    }

    private static NbdServer serve(NbdExport export, Path socket) throws IOException {
        NbdServer server = NbdServer.of(NbdExports.of(List.of(export)))
                .listen(NbdAddress.unix(socket))
                .start();
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        return server;
    }

    /** A disk of zeroes whose reads fail while a test wants it. */
    private static final class FailingExport implements NbdExport {

        private volatile boolean fails;

        @Override
        public String name() {
            return "";
        }

        @Override
        public long size() {
            return TestHost.DISK_BYTES;
        }

        @Override
        public void read(long offset, ByteBuffer into) throws IOException {
            if (fails) {
                throw new IOException("the store does not answer");
            }
            while (into.hasRemaining()) {
                into.put((byte) 0);
            }
        }
    }
}
