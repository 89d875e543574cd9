package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.lab.LabHost;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The machine that has something of every kind, for whoever has to capture a description as a whole. */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AssortedMachineTest {

    private TestLab lab;

    @BeforeAll
    void bringItUp() throws IOException, InterruptedException {
        lab = TestLab.named("assort");
        lab.succeed("up", "--only", "assorted");
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        lab.takeDown();
    }

    @Test
    void itHasDisksOfEveryKindTwoCardsASecretAndFirmwareThatRemembers() throws InterruptedException {
        String description = lab.virsh(LabHost.PRIMARY_1, "dumpxml", "--security-info", "assorted")
                .ask();

        assertThat(description)
                .contains("bus='virtio'", "bus='scsi'", "bus='sata'", "type='raw'", "type='qcow2'")
                .contains("device='cdrom'", "<shareable/>", "<backingStore type='file'", "beneath.qcow2")
                .contains("52:54:00:1b:0a:0d", "52:54:00:1b:0b:0d", "passwd='assorted'");
        assertThat(lab.virsh(LabHost.PRIMARY_1, "dumpxml", "assorted").ask()).doesNotContain("passwd=");
        assertThat(Files.exists(lab.file(LabHost.PRIMARY_1, "lib/qemu/nvram/assorted_VARS.fd")))
                .isTrue();
    }
}
