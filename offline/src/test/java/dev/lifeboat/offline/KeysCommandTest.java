package dev.lifeboat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandTest {

    @TempDir
    private Path folder;

    @Test
    void keysAreAddedChangedAndRemovedAndAtEveryMomentOneOpens() throws IOException {
        VaultOnDisk vault = VaultOnDisk.made(folder);
        vault.write("second", "second\n");
        vault.write("third", "third\n");
        vault.write("wrong", "wrong\n");

        assertThat(keys(vault, "remove", "operator", "--kit", "kit").errors()).contains("LB-VAULT-029");
        assertThat(keys(vault, "add", "ops", "--passphrase-file", "wrong", "--new-passphrase-file", "second")
                        .errors())
                .contains("LB-VAULT-006");
        vault.mustRun(
                "keys",
                "add",
                "--vault",
                vault.url(),
                "ops",
                "--passphrase-file",
                vault.file("passphrase"),
                "--new-passphrase-file",
                vault.file("second"));
        assertThat(keys(vault, "add", "ops", "--kit", "kit", "--new-passphrase-file", "third")
                        .errors())
                .contains("LB-VAULT-032");
        assertThat(keys(vault, "change", "nobody", "--kit", "kit", "--new-passphrase-file", "third")
                        .errors())
                .contains("LB-VAULT-031");

        Path before = vault.store().resolve("keys/ops");
        byte[] old = Files.readAllBytes(before);
        assertThat(keys(vault, "change", "ops", "--passphrase-file", "second", "--new-passphrase-file", "third")
                        .exitCode())
                .isZero();

        assertThat(before).doesNotExist();
        assertThat(keys(vault, "list").output())
                .contains("ops       keys/ops.2     64 MiB  3           4")
                .contains("operator  keys/operator  64 MiB  3           4");
        assertThat(keys(vault, "remove", "operator", "--passphrase-file", "second")
                        .errors())
                .contains("LB-VAULT-006");

        // A change that is killed before it removes the old copy leaves both; removing takes both.
        Files.write(before, old);
        assertThat(keys(vault, "remove", "ops", "--kit", "kit").exitCode()).isZero();
        assertThat(vault.objects("keys")).containsExactly(vault.store().resolve("keys/operator"));
    }

    @Test
    void theKitIsWrittenAgainAndNeverOverAFile() throws IOException {
        VaultOnDisk vault = VaultOnDisk.made(folder);

        vault.mustRun("kit", "--vault", vault.url(), "--kit", vault.file("kit"), "--out", vault.file("again"));

        assertThat(Files.readAllLines(vault.path("again")).stream().filter(line -> line.matches("\\s*[1-4]: .*")))
                .containsExactlyElementsOf(Files.readAllLines(vault.path("kit")).stream()
                        .filter(line -> line.matches("\\s*[1-4]: .*"))
                        .toList());
        assertThat(VaultOnDisk.run(
                                "kit", "--vault", vault.url(), "--kit", vault.file("kit"), "--out", vault.file("again"))
                        .errors())
                .contains("LB-CLI-003");
    }

    @Test
    void credentialsAreForTheNamedGroupsAndNeverOverwriteAFile() {
        VaultOnDisk vault = VaultOnDisk.made(folder);

        assertThat(VaultOnDisk.run(
                                "credentials",
                                "--vault",
                                vault.url(),
                                "--kit",
                                vault.file("kit"),
                                "--out",
                                vault.file("credentials"))
                        .errors())
                .contains("LB-CLI-003");
        assertThat(vault.mustRun(
                        "credentials",
                        "--vault",
                        vault.url(),
                        "--kit",
                        vault.file("kit"),
                        "--out",
                        vault.file("two"),
                        "--writer",
                        "db-host",
                        "--group",
                        "shop",
                        "--group",
                        "books",
                        "-o",
                        "json"))
                .contains(
                        "\"writer\" : \"db-host\"",
                        "\"groups\" : [ \"shop\", \"books\", \"shop.salvage.db-host\", \"books.salvage.db-host\" ]");
        assertThat(VaultOnDisk.run(
                                "credentials",
                                "--vault",
                                vault.url(),
                                "--kit",
                                vault.file("kit"),
                                "--out",
                                vault.file("three"),
                                "--group",
                                "not/one")
                        .errors())
                .contains("LB-VAULT-026");
        assertThat(VaultOnDisk.run("credentials", "--vault", vault.url(), "--out", vault.file("three"))
                        .errors())
                .contains("LB-VAULT-027");
    }

    @Test
    void aComputersNameBecomesAName() {
        assertThat(HostName.asName("kvm-1.example.com\n")).isEqualTo("kvm-1");
        assertThat(HostName.asName("-Büro 3")).isEqualTo("B-ro-3");
        assertThat(HostName.asName("\n")).isEqualTo("computer");
        assertThat(HostName.asName("x".repeat(100))).hasSize(64);
    }

    @Test
    void editionsOfAKeyAreToldFromItsName() {
        assertThat(KeyName.ofStored("ops")).isEqualTo(new KeyName("ops", 1));
        assertThat(KeyName.ofStored("ops.12")).isEqualTo(new KeyName("ops", 12));
        assertThat(KeyName.ofStored("ops.1")).isEqualTo(new KeyName("ops.1", 1));
        assertThat(KeyName.ofStored("ops.x")).isEqualTo(new KeyName("ops.x", 1));
        assertThat(new KeyName("ops", 1).next().stored()).isEqualTo("ops.2");
    }

    private static VaultOnDisk.Ended keys(VaultOnDisk vault, String verb, String... arguments) {
        String[] all = new String[arguments.length + 4];
        all[0] = "keys";
        all[1] = verb;
        all[2] = "--vault";
        all[3] = vault.url();
        for (int i = 0; i < arguments.length; i++) {
            boolean isFile = i > 0 && arguments[i - 1].startsWith("--");
            all[4 + i] = isFile ? vault.file(arguments[i]) : arguments[i];
        }
        return VaultOnDisk.run(all);
    }
}
