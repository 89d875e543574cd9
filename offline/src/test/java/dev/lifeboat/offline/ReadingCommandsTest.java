package dev.lifeboat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.vault.Point;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadingCommandsTest {

    @TempDir
    private Path folder;

    private VaultOnDisk vault = new VaultOnDisk(Path.of(""));

    @BeforeEach
    void make() {
        vault = VaultOnDisk.made(folder);
    }

    @Test
    void pointsAreListedForPeopleAndPrograms() throws Exception {
        assertThat(vault.read("points").output()).isEqualTo("There is no point yet.\n");
        Point point = vault.put(new MemoryDisk(3).fill(1, 1));
        vault.put("credentials", "books", new MemoryDisk(1).fill(0, 2));

        assertThat(vault.read("points").output())
                .contains("POINT      TAKEN                 CONSISTENCY  MACHINES  DISKS  SIZE       NEW")
                .containsPattern("shop@1-1 +\\S+ \\S+ +crash +web +1 +192.0 KiB")
                .contains("Group shop is owned by web-host since");
        assertThat(vault.read("points", "--group", "shop", "-o", "json").output())
                .startsWith("[")
                .contains("\"id\" : \"shop@1-1\"", "\"state\" : \"point\"", "\"head\" : \"" + point.head() + "\"")
                .contains("\"kind\" : \"crash\"", "\"parent\" : null", "\"writer\" : \"web-host\"")
                .contains("\"name\" : \"vda\"", "\"size\" : 196608", "\"new_blocks\" : 1")
                .doesNotContain("books");
        assertThat(vault.read("points", "--group", "nobody").exitCode()).isEqualTo(4);
    }

    @Test
    void aPointIsShownWithEverything() throws Exception {
        Point point = vault.put(new MemoryDisk(3).fill(1, 1));

        assertThat(vault.read("show", "shop@1-1").output())
                .contains("Head         " + point.head())
                .contains("Parent       none")
                .containsPattern("web +vda +192.0 KiB +1");
        assertThat(vault.read("show", "shop@1-1", "-o", "json").output())
                .contains("\"memory\" : 512", "\"sessions\" : [");
        assertThat(vault.read("show", "shop@1-2").errors()).contains("LB-VAULT-011");
        assertThat(vault.read("show", "shop").errors()).contains("LB-VAULT-011");
    }

    @Test
    void aVaultIsShownWithoutAnyKey() throws Exception {
        vault.put(new MemoryDisk(1).fill(0, 1));

        assertThat(vault.mustRun("show", "--vault", vault.url()))
                .containsPattern("Vault    [0-9a-f]{32}\n")
                .contains("Writers  web-host\n", "Keys     operator\n")
                .containsPattern("shop +1\n");
    }

    @Test
    void statisticsCountEveryObject() throws Exception {
        vault.put(new MemoryDisk(4).fill(0, 1));
        vault.put(new MemoryDisk(4).fill(0, 2));

        assertThat(vault.read("stats").output())
                .containsPattern("packs +2 +1..\\.. KiB")
                .containsPattern("points +2 ")
                .contains("2 points with disks of 512.0 KiB in all, 256.0 KiB in the newest ones")
                .contains("2 sessions, 2 of them ended.");
        assertThat(vault.read("stats", "-o", "json").output())
                .contains("\"logical_bytes\" : 524288", "\"opened\" : 2", "\"ratio\" : ");
    }

    @Test
    void pointsAreCompared() throws Exception {
        vault.put(new MemoryDisk(200).fill(1, 1).fill(150, 2));
        vault.put(new MemoryDisk(200).fill(1, 1).fill(2, 3).fill(3, 4).fill(199, 5));

        assertThat(vault.read("diff", "shop@1-1", "shop@1-2").output()).isEqualTo("""
                        DISK     SIZE BEFORE  SIZE AFTER  RANGES  DIFFERS
                        web/vda  12.5 MiB     12.5 MiB    3       256.0 KiB
                        """);
        assertThat(vault.read("diff", "shop@1-1", "shop@1-2", "--disk", "vda", "--ranges")
                        .output())
                .isEqualTo("131072 131072\n9830400 65536\n13041664 65536\n");
        assertThat(vault.read("diff", "shop@1-1", "shop@1-2", "--ranges", "-o", "json")
                        .output())
                .contains("\"offset\" : 131072", "\"changed_bytes\" : 262144");
        assertThat(vault.read("diff", "shop@1-1", "shop@1-1").output()).contains(" 0       0 B\n");
        assertThat(vault.read("diff", "shop@1-1", "shop@1-2", "--disk", "vdz").errors())
                .contains("LB-VAULT-012");
        assertThat(vault.read("diff", "shop@1-1", "shop@1-9").errors()).contains("LB-VAULT-011");
    }

    @Test
    void aPlaceWithoutAVaultIsToldFromADamagedOne() throws IOException {
        Path description = vault.store().resolve("vault.json");
        String said = Files.readString(description);

        replace(description, said.replace("\"version\":0", "\"version\":7"));
        assertThat(vault.read("points").errors()).contains("LB-VAULT-004");
        assertThat(vault.readWithKit("points").errors()).contains("LB-VAULT-004");

        Files.delete(description);
        assertThat(vault.read("points").errors()).contains("LB-VAULT-001");
        assertThat(VaultOnDisk.run("show", "--vault", vault.url() + "2").exitCode())
                .isEqualTo(4);
    }

    @Test
    void aVaultInPlaceOfAnotherIsRefusedWhateverItIsOpenedWith() throws IOException {
        VaultOnDisk other = new VaultOnDisk(Files.createDirectory(folder.resolve("other")));
        other.write("passphrase", "something else\n");
        other.mustRun(
                "init",
                other.url(),
                "--passphrase-file",
                other.file("passphrase"),
                "--kit",
                other.file("kit"),
                "--yes");
        Path description = vault.store().resolve("vault.json");
        VaultOnDisk.replace(description, Files.readAllBytes(other.store().resolve("vault.json")));

        assertThat(vault.read("points").errors()).contains("LB-VAULT-005");
        assertThat(vault.readWithKit("points").errors()).contains("LB-VAULT-008");
        assertThat(VaultOnDisk.run("points", "--vault", vault.url(), "--passphrase-file", vault.file("passphrase"))
                        .errors())
                .contains("LB-VAULT-005");
    }

    @Test
    void wrongKeysAreToldApart() throws IOException {
        vault.write("wrong", "wrong\n");
        assertThat(VaultOnDisk.run("points", "--vault", vault.url(), "--passphrase-file", vault.file("wrong"))
                        .errors())
                .contains("LB-VAULT-006");

        String kit = Files.readString(vault.path("kit"));
        int third = kit.indexOf("3: ") + 4;
        char typo = kit.charAt(third) == '7' ? '8' : '7';
        vault.write("typo", kit.substring(0, third) + typo + kit.substring(third + 1));
        assertThat(VaultOnDisk.run("points", "--vault", vault.url(), "--kit", vault.file("typo"))
                        .errors())
                .contains("LB-VAULT-007", "3");

        vault.write("broken", "{}");
        assertThat(VaultOnDisk.run("points", "--vault", vault.url(), "--credentials", vault.file("broken"))
                        .errors())
                .contains("LB-VAULT-009");
        assertThat(VaultOnDisk.run("points", "--vault", vault.url()).exitCode()).isEqualTo(2);
    }

    private static void replace(Path file, String content) throws IOException {
        VaultOnDisk.replace(file, content.getBytes(StandardCharsets.UTF_8));
    }
}
