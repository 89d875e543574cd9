package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.lifeboat.hypervisor.DiskDescription;
import dev.lifeboat.hypervisor.DiskDescription.TrackingKind;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.NetworkInterface;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.lab.LabHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The machine that has something of every kind is described as a whole, and can be made elsewhere from that. */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // brought up before the tests
class DescriptionTest {

    private TestLab lab;
    private MachineDescription assorted;

    @BeforeAll
    void describeIt() throws Exception {
        lab = TestLab.named("lbhkinds");
        lab.succeed("up", "--only", "assorted");
        try (Hypervisor primary = lab.hypervisor(LabHost.PRIMARY_1)) {
            assorted = primary.describe(primary.machines().getFirst().id());
        }
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        lab.takeDown();
    }

    @Test
    void itSaysWhoseItIs() {
        assertThat(assorted.kind()).isEqualTo("libvirt");
        assertThat(assorted.host()).isEqualTo("primary-1");
        assertThat(assorted.machine())
                .extracting(Machine::name, Machine::state)
                .containsExactly("assorted", PowerState.RUNNING);
    }

    @Test
    void disksOnEveryBusAndInEveryFormatAreCovered() {
        assertThat(assorted.coveredDisks())
                .extracting(
                        DiskDescription::name,
                        DiskDescription::bus,
                        DiskDescription::format,
                        DiskDescription::size,
                        DiskDescription::tracking)
                .containsExactlyInAnyOrder(
                        tuple("vda", "virtio", "qcow2", 112L << 20, TrackingKind.PERSISTENT),
                        tuple("vdb", "virtio", "raw", 24L << 20, TrackingKind.NONE),
                        tuple("sda", "scsi", "qcow2", 32L << 20, TrackingKind.PERSISTENT),
                        tuple("sdb", "sata", "raw", 16L << 20, TrackingKind.NONE));
        assertThat(assorted.coveredDisks())
                .extracting(disk -> Path.of(disk.source()).getFileName().toString())
                .contains("assorted-sda.qcow2")
                .doesNotContain("beneath.qcow2");
    }

    @Test
    void aDriveAndASharedDiskAreListedAsNotCoveredWithTheReason() {
        assertThat(assorted.disks())
                .filteredOn(disk -> !disk.covered())
                .extracting(disk -> disk.notCovered().orElseThrow())
                .satisfiesExactlyInAnyOrder(
                        reason -> assertThat(reason).contains("sdc", "CD-ROM"),
                        reason -> assertThat(reason).contains("sdd", "shared"));
    }

    @Test
    void everyNetworkCardIsThereWithWhatItIsPluggedInto() {
        assertThat(assorted.interfaces())
                .extracting(NetworkInterface::mac, NetworkInterface::network, NetworkInterface::model)
                .containsExactly(
                        tuple("52:54:00:1b:0a:0d", "bridge:br0", "virtio"),
                        tuple("52:54:00:1b:0b:0d", "bridge:br0", "e1000e"));
    }

    @Test
    void theDefinitionHasItsSecrets() {
        assertThat(assorted.definition()).contains("passwd='assorted'");
    }

    @Test
    void firmwareVariablesAndTheStateOfATpmAreTakenAlong() throws Exception {
        assertThat(assorted.files().get("nvram"))
                .isEqualTo(Files.readAllBytes(lab.file(LabHost.PRIMARY_1, "lib/qemu/nvram/assorted_VARS.fd")));
        assertThat(assorted.notCovered()).isEmpty();
        // A host without swtpm gives the machine no TPM.
        assertThat(assorted.files().containsKey("tpm/tpm2-00.permall"))
                .isEqualTo(assorted.definition().contains("<tpm "));
    }

    @Test
    void anotherHostKnowsWhatItIsToldByTheDefinition() throws Exception {
        MachineId id = new MachineId(UUID.randomUUID());
        String definition = assorted.definition()
                .replace("<name>assorted</name>", "<name>assorted-again</name>")
                .replace(assorted.machine().id().toString(), id.toString());
        try (Hypervisor recovery = lab.hypervisor(LabHost.RECOVERY_1)) {
            assertThat(recovery.define(definition)).isEqualTo(id);

            MachineDescription again = recovery.describe(id);
            assertThat(again.machine()).isEqualTo(new Machine(id, "assorted-again", PowerState.OFF));
            assertThat(again.definition()).contains("passwd='assorted'");
            assertThat(disks(again)).isEqualTo(disks(assorted));
            assertThat(again.interfaces())
                    .extracting(NetworkInterface::mac)
                    .isEqualTo(assorted.interfaces().stream()
                            .map(NetworkInterface::mac)
                            .toList());
            recovery.undefine(id);
            assertThat(recovery.machines()).isEmpty();
        }
    }

    private static List<String> disks(MachineDescription description) {
        return description.disks().stream()
                .map(disk -> "%s %s %s %s".formatted(disk.name(), disk.bus(), disk.format(), disk.notCovered()))
                .toList();
    }
}
