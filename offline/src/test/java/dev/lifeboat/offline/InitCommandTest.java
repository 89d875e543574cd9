package dev.lifeboat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class InitCommandTest {

    @TempDir
    private Path folder;

    private VaultOnDisk vault = new VaultOnDisk(Path.of(""));

    @BeforeEach
    void passphrase() {
        vault = new VaultOnDisk(folder);
        vault.write("passphrase", "correct horse battery staple\n");
    }

    @Test
    void makesAVaultThatPassphraseAndKitOpen() throws IOException {
        VaultOnDisk.Ended ended = init("--yes");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.output())
                .contains("is ready at " + vault.url())
                .contains("recovery kit is in " + vault.file("kit"))
                .contains("lifeboat vault credentials --vault " + vault.url());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(vault.path("kit"))))
                .isEqualTo("rw-------");
        assertThat(credentials("--passphrase-file", "passphrase", "by-passphrase")
                        .exitCode())
                .isZero();
        assertThat(credentials("--kit", "kit", "by-kit").exitCode()).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(vault.path("by-kit"))))
                .isEqualTo("rw-------");
    }

    @Test
    void tellsProgramsWhatItMade() {
        assertThat(init("--yes", "--output", "json").output())
                .startsWith("{")
                .contains("\"vault\" : \"", "\"url\" : \"" + vault.url() + "\"", "\"kit\" : \"" + vault.file("kit"));
    }

    @Test
    void withoutAnybodyToAskTheKitIsWrittenAndNoVaultIsMade() {
        VaultOnDisk.Ended ended = init();

        assertThat(ended.exitCode()).isEqualTo(6);
        assertThat(ended.errors()).contains("LB-VAULT-025");
        assertThat(vault.path("kit")).exists();
        assertThat(vault.store().resolve("vault.json")).doesNotExist();
        assertThat(vault.store().resolve("keys")).doesNotExist();
    }

    @Test
    void theKitThatWasPrintedMeanwhileIsTheOneThatOpensTheVault() throws IOException {
        init();
        String printed = Files.readString(vault.path("kit"));

        assertThat(init("--yes").exitCode()).isZero();

        assertThat(Files.readString(vault.path("kit"))).isEqualTo(printed);
        assertThat(credentials("--kit", "kit", "credentials").exitCode()).isZero();
    }

    @Test
    void aPersonConfirmsThatTheKitIsSafe() {
        assertThat(initAnswering("no\n").exitCode()).isEqualTo(6);
        assertThat(initAnswering("").exitCode()).isEqualTo(6);

        VaultOnDisk.Ended ended = initAnswering("Yes\n");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.errors()).contains("Is it safe?");
        assertThat(vault.store().resolve("vault.json")).exists();
    }

    @Test
    void anInitThatWasKilledBeforeItsLastStepIsDoneByRunningItAgain() throws IOException {
        init("--yes");
        Files.delete(vault.store().resolve("vault.json"));
        vault.write("passphrase", "another one\n");

        assertThat(init("--yes").exitCode()).isZero();

        assertThat(credentials("--passphrase-file", "passphrase", "credentials").exitCode())
                .isZero();
        assertThat(VaultOnDisk.run("keys", "list", "--vault", vault.url()).output())
                .containsOnlyOnce("keys/operator");
    }

    @Test
    void theKeyOfAKilledInitIsNotTakenOverWithoutItsKit() throws IOException {
        init("--yes");
        Files.delete(vault.store().resolve("vault.json"));
        Files.delete(vault.path("kit"));

        VaultOnDisk.Ended ended = init("--yes");

        assertThat(ended.exitCode()).isEqualTo(3);
        assertThat(ended.errors()).contains("LB-VAULT-002", "an init that was stopped");
    }

    @Test
    void neverOverwritesAFileWithTheKit() throws IOException {
        vault.write("kit", "my diary\n");

        VaultOnDisk.Ended ended = init("--yes");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.errors()).contains("LB-CLI-003", "was left alone");
        assertThat(Files.readString(vault.path("kit"))).isEqualTo("my diary\n");
        assertThat(vault.store().resolve("vault.json")).doesNotExist();
    }

    @Test
    void doesNotMakeASecondVaultOfTheKitOfAnother() {
        init("--yes");

        VaultOnDisk.Ended ended = VaultOnDisk.run(
                "init",
                vault.url() + "2",
                "--passphrase-file",
                vault.file("passphrase"),
                "--kit",
                vault.file("kit"),
                "--yes");

        assertThat(ended.errors()).contains("LB-CLI-003", "is not the kit of an unfinished init");
    }

    @Test
    void refusesAPlaceWithAVault() {
        init("--yes");

        VaultOnDisk.Ended ended = init("--yes");

        assertThat(ended.exitCode()).isEqualTo(3);
        assertThat(ended.errors()).contains("LB-VAULT-002", "is a vault already");
    }

    @Test
    void refusesAFolderWithFilesAndLeavesItAsItIs() throws IOException {
        Files.createDirectory(vault.store());
        Files.writeString(vault.store().resolve(".profile"), "");

        VaultOnDisk.Ended ended = init("--yes");

        assertThat(ended.exitCode()).isEqualTo(3);
        assertThat(ended.errors()).contains("LB-VAULT-002", ".profile");
        assertThat(vault.store()).isDirectoryNotContaining("glob:**/.incoming");
        assertThat(vault.path("kit")).doesNotExist();
    }

    @Test
    void aKitInsideOfTheVaultWouldOpenItForWhoeverHasTheStore() {
        VaultOnDisk.Ended ended = VaultOnDisk.run(
                "init",
                vault.url(),
                "--passphrase-file",
                vault.file("passphrase"),
                "--kit",
                vault.store().resolve("kit").toString(),
                "--yes");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.errors()).contains("LB-CLI-003", "inside of the vault");
        assertThat(vault.store()).doesNotExist();
    }

    @Test
    void refusesWhatCannotBeAnAddressAPassphraseOrAKeysName() {
        String passphrase = vault.file("passphrase");
        assertThat(VaultOnDisk.run("init", "/srv/vault", "--passphrase-file", passphrase, "--kit", "kit")
                        .errors())
                .contains("LB-VAULT-003");
        assertThat(VaultOnDisk.run("init", vault.url(), "--passphrase-file", vault.file("none"), "--kit", "kit")
                        .errors())
                .contains("LB-CLI-002");
        assertThat(init("--key", "ops.2").errors()).contains("LB-VAULT-026");
        assertThat(init("--key", "../ops").errors()).contains("LB-VAULT-026");
        assertThat(vault.store()).doesNotExist();
    }

    private VaultOnDisk.Ended init(String... more) {
        return VaultOnDisk.run(arguments("init", more));
    }

    private VaultOnDisk.Ended initAnswering(String typed) {
        InitCommand command =
                new InitCommand(VaultOnDisk.context(), () -> Optional.of(new BufferedReader(new StringReader(typed))));
        String[] arguments = arguments("init");
        return VaultOnDisk.run(new CommandLine(command), Arrays.copyOfRange(arguments, 1, arguments.length));
    }

    private String[] arguments(String command, String... more) {
        return Stream.concat(
                        Stream.of(
                                command,
                                vault.url(),
                                "--passphrase-file",
                                vault.file("passphrase"),
                                "--kit",
                                vault.file("kit")),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private VaultOnDisk.Ended credentials(String option, String key, String out) {
        return VaultOnDisk.run(
                "credentials", "--vault", vault.url(), option, vault.file(key), "--out", vault.file(out));
    }
}
