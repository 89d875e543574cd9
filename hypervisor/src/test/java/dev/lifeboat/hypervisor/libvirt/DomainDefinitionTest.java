package dev.lifeboat.hypervisor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DomainDefinitionTest {

    private static final String UUID = "6f2f6c0e-0000-4000-8000-000000000001";

    @Test
    void whatCannotBeProtectedIsSaidInASentence() {
        DomainDefinition machine = devices("""
                <hostdev type='pci' mode='subsystem'/>
                <filesystem><source dir='/srv'/><target dir='share'/></filesystem>
                <tpm><backend type='passthrough'/></tpm>
                """);
        assertThat(machine.notCovered())
                .hasSize(3)
                .anySatisfy(sentence -> assertThat(sentence).contains("pci"))
                .anySatisfy(sentence -> assertThat(sentence).contains("share"))
                .anySatisfy(sentence -> assertThat(sentence).contains("TPM"));
    }

    @Test
    void disksThatNobodyCanFollowAreNotCovered() {
        assertThat(disk("<disk type='block' device='lun'><source dev='/dev/sdb'/><target dev='sda'/></disk>"))
                .contains("passed through");
        assertThat(disk("<disk type='file'><source file='/a'/><target dev='sda'/><transient/></disk>"))
                .contains("transient");
        assertThat(disk("<disk type='file' device='floppy'><target dev='fda'/></disk>"))
                .contains("floppy");
        assertThat(disk("<disk type='nvme'><source namespace='1'/><target dev='vda'/></disk>"))
                .contains("bypasses");
        assertThat(disk("<disk type='block' device='disk'><source dev='/dev/vg/a'/><target dev='vda'/></disk>"))
                .isEmpty();
        assertThat(disk("<disk type='network'><source protocol='rbd' name='pool/a'/><target dev='vda'/></disk>"))
                .isEmpty();
    }

    @Test
    void firmwareVariablesAreFoundInBothFormsOfTheirDescription() {
        assertThat(os("<nvram template='/t'>/var/a_VARS.fd</nvram>").nvram()).contains(Path.of("/var/a_VARS.fd"));
        assertThat(os("<nvram type='file'><source file='/var/b_VARS.fd'/></nvram>")
                        .nvram())
                .contains(Path.of("/var/b_VARS.fd"));
        assertThat(os("").nvram()).isEmpty();
    }

    @Test
    void theStateOfAnEmulatedTpmIsReadWhereTheHostKeepsIt(@TempDir Path root) throws Exception {
        DomainDefinition machine = devices("<tpm><backend type='emulator' version='2.0'/></tpm>");
        MachineFiles before =
                new MachineFiles(path -> root.resolve(path.toString().substring(1)));
        assertThat(before.read(machine)).isEmpty();
        assertThat(before.notCovered()).hasSize(1);
        keep(root.resolve("var/lib/libvirt/swtpm").resolve(UUID).resolve("tpm2/tpm2-00.permall"));
        MachineFiles after =
                new MachineFiles(path -> root.resolve(path.toString().substring(1)));
        assertThat(after.read(machine)).containsOnlyKeys("tpm/tpm2-00.permall");
        assertThat(after.notCovered()).isEmpty();
    }

    @Test
    void interfacesHaveTheAddressesThatAreKnown() {
        DomainDefinition machine = devices("""
                <interface type='bridge'><mac address='52:54:00:AA:BB:01'/><source bridge='br0'/><model type='virtio'/></interface>
                <interface type='direct'><mac address='52:54:00:aa:bb:02'/><source dev='eth0' mode='bridge'/></interface>
                """);
        assertThat(machine.interfaces(Map.of("52:54:00:aa:bb:01", List.of("10.0.0.5/24"))))
                .extracting(card -> card.network() + " " + card.addresses())
                .containsExactly("bridge:br0 [10.0.0.5/24]", "direct:eth0 []");
    }

    private static void keep(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[] {1, 2, 3});
    }

    private static String disk(String xml) {
        return DomainDisk.of(XmlElement.parse(xml)).notCovered().orElse("");
    }

    private static DomainDefinition devices(String xml) {
        return DomainDefinition.parse("<domain><uuid>%s</uuid><devices>%s</devices></domain>".formatted(UUID, xml));
    }

    private static DomainDefinition os(String xml) {
        return DomainDefinition.parse("<domain><os>%s</os></domain>".formatted(xml));
    }
}
