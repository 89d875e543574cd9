package dev.lifeboat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineDocument;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.offline.VaultOnDisk.Ended;
import dev.lifeboat.vault.Point;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class RescueCommandsTest {

    private static final String DEFINITION = "<domain><name>web</name></domain>";

    @TempDir
    private Path folder;

    private VaultOnDisk vault = new VaultOnDisk(Path.of(""));

    @BeforeEach
    void make() {
        vault = VaultOnDisk.made(folder);
    }

    /** What replication says of a machine that keeps these files beside its disks. */
    private static ObjectNode described(Map<String, byte[]> files) {
        return new MachineDocument(
                        new MachineDescription(
                                new Machine(new MachineId(UUID.randomUUID()), "web", PowerState.RUNNING),
                                "alpha",
                                "libvirt",
                                DEFINITION,
                                List.of(),
                                List.of(),
                                files,
                                List.of()),
                        new CheckpointName("lifeboat-1-1-0"))
                .toJson();
    }

    private Path exported(String file) {
        return folder.resolve("out/shop@1-1/web").resolve(file);
    }

    @Test
    void whatCanBeBroughtBackIsListedWithItsAge() throws Exception {
        assertThat(vault.rescue("list").output()).isEqualTo("The vault has no group with a point.\n");
        vault.put(new MemoryDisk(3).fill(1, 1));
        Point newest = vault.put(new MemoryDisk(3).fill(1, 2));

        assertThat(vault.rescue("list").output())
                .contains("GROUP  NEWEST POINT  TAKEN ")
                .containsPattern("shop +shop@1-2 +\\S+ \\S+ +\\d+ s +crash +web +1 +192.0 KiB +64.0 KiB");
        assertThat(vault.rescue("list", "-o", "json").output())
                .contains("\"point\" : \"shop@1-2\"", "\"head\" : \"" + newest.head() + "\"", "\"points\" : 2")
                .contains("\"age_s\" : ", "\"problem\" : null");
    }

    @Test
    void oneGroupThatCannotBeReadKeepsNobodyFromTheOthers() throws Exception {
        vault.put("credentials", "books", new MemoryDisk(1).fill(0, 1));
        vault.put(new MemoryDisk(1).fill(0, 2));
        VaultOnDisk.flip(vault.objects("points/books").getFirst(), 100);

        Ended listed = vault.rescue("list");

        assertThat(listed.exitCode()).isEqualTo(5);
        assertThat(listed.output()).contains("shop@1-1", "Group books: ");
    }

    @Test
    void agesAreToldInTwoUnits() {
        assertThat(VaultText.age(java.time.Duration.ofSeconds(7))).isEqualTo("7 s");
        assertThat(VaultText.age(java.time.Duration.ofSeconds(187))).isEqualTo("3 min 07 s");
        assertThat(VaultText.age(java.time.Duration.ofMinutes(187))).isEqualTo("3 h 07 min");
        assertThat(VaultText.age(java.time.Duration.ofHours(51))).isEqualTo("2 d 03 h");
        assertThat(VaultText.age(java.time.Duration.ofSeconds(-1))).isEqualTo("in the future");
    }

    @Test
    void allDisksOfAGroupAreWrittenWithTheMachinesDefinitions() throws Exception {
        MemoryDisk disk = new MemoryDisk(3).fill(1, 1);
        vault.put("credentials", "shop", disk, described(Map.of("tpm/tpm2-00.permall", new byte[] {1, 2, 3})));

        Ended done = vault.rescue("export", "shop", "--to", vault.file("out"));

        assertThat(done.output()).startsWith("Wrote 1 disks of 1 machines of shop@1-1 to ");
        assertThat(exported("vda.raw")).hasBinaryContent(disk.content());
        assertThat(exported("definition.xml")).hasContent(DEFINITION);
        assertThat(exported("files/tpm/tpm2-00.permall")).hasBinaryContent(new byte[] {1, 2, 3});
        // There may be passwords in it.
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(exported("definition.xml"))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatWasBrokenOffGoesOnAndWhatIsThereStays() throws Exception {
        vault.put(new MemoryDisk(3).fill(1, 1));
        assertThat(vault.rescue("export", "shop", "--to", vault.file("out")).exitCode())
                .isZero();
        Object before = Files.getLastModifiedTime(exported("vda.raw"));

        Ended again = vault.rescue("export", "shop", "--to", vault.file("out"), "-o", "json");

        assertThat(again.exitCode()).isZero();
        assertThat(again.output()).contains("\"point\" : \"shop@1-1\"", "\"size\" : 196608");
        assertThat(Files.getLastModifiedTime(exported("vda.raw"))).isEqualTo(before);
    }

    @Test
    void aPointIsChosenByNameOrByTime() throws Exception {
        Point first = vault.put(new MemoryDisk(1).fill(0, 1));
        vault.put(new MemoryDisk(1).fill(0, 2));
        String then = first.manifest().taken().toString();

        assertThat(vault.rescue("export", "shop@1-1", "--to", vault.file("a")).output())
                .contains("shop@1-1");
        assertThat(vault.rescue("export", "shop", "--to", vault.file("b")).output())
                .contains("shop@1-2");
        assertThat(vault.rescue("export", "shop", "--as-of", then, "--to", vault.file("c"))
                        .output())
                .contains("shop@1-1");
        assertThat(vault.rescue("export", "shop", "--as-of", "1999-01-01T00:00:00Z", "--to", vault.file("d"))
                        .errors())
                .contains("LB-VAULT-011", "has no point of 1999-01-01T00:00:00Z or before");
        assertThat(vault.rescue("export", "shop", "--as-of", "yesterday", "--to", vault.file("e"))
                        .errors())
                .contains("LB-CLI-001");
        assertThat(vault.rescue("export", "shop@1-1", "--as-of", then, "--to", vault.file("f"))
                        .errors())
                .contains("LB-CLI-001");
        assertThat(vault.rescue("export", "nobody", "--to", vault.file("g")).exitCode())
                .isEqualTo(4);
    }

    @Test
    void aFileThatWouldLeaveItsFolderIsRefused() throws Exception {
        vault.put("credentials", "shop", new MemoryDisk(1), described(Map.of("../../../evil", new byte[] {1})));

        Ended refused = vault.rescue("export", "shop", "--to", vault.file("out"));

        assertThat(refused.errors()).contains("\"../../../evil\" is no name for a file");
        assertThat(folder.resolve("evil")).doesNotExist();
    }
}
