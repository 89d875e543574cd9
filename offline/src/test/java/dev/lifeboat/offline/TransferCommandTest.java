package dev.lifeboat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.vault.Point;
import java.io.BufferedReader;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TransferCommandTest {

    @TempDir
    private Path folder;

    private VaultOnDisk vault;
    private MemoryDisk disk;

    @BeforeEach
    void loseAHost() throws Exception {
        vault = VaultOnDisk.made(folder);
        disk = new MemoryDisk(3).fill(1, 7);
        vault.put(disk);
        credentials("away", "shop", "other");
        // It has been there: with a group of its own.
        vault.put("away", "other", disk);
    }

    private void credentials(String writer, String... groups) {
        String[] all = Stream.concat(
                        Stream.of(
                                "credentials",
                                "--vault",
                                vault.url(),
                                "--kit",
                                vault.file("kit"),
                                "--out",
                                vault.file(writer),
                                "--writer",
                                writer),
                        Stream.of(groups).flatMap(group -> Stream.of("--group", group)))
                .toArray(String[]::new);
        vault.mustRun(all);
    }

    private VaultOnDisk.Ended transfer(String group, String to, String... more) {
        return vault.readWithKit(
                "transfer",
                Stream.concat(Stream.of(group, "--to", to), Stream.of(more)).toArray(String[]::new));
    }

    private VaultOnDisk.Ended transferAnswering(String typed) {
        TransferCommand command = new TransferCommand(
                VaultOnDisk.context(), () -> Optional.of(new BufferedReader(new StringReader(typed))));
        return VaultOnDisk.run(
                new CommandLine(command), "shop", "--to", "away", "--vault", vault.url(), "--kit", vault.file("kit"));
    }

    private List<Path> objects() {
        return vault.objects("");
    }

    @Test
    void theGroupGoesToTheWriterAndItsFirstPointIsUponTheNewest() throws Exception {
        VaultOnDisk.Ended ended = transfer("shop", "away", "--yes", "--output", "json");

        assertThat(ended.errors()).isEmpty();
        JsonNode told = JsonMapper.shared().readTree(ended.output());
        assertThat(told.path("transferred").booleanValue()).isTrue();
        assertThat(told.path("point").asString()).isEqualTo("shop@1-1");
        assertThat(told.path("age_s").isIntegralNumber()).isTrue();
        Point first = vault.put("away", "shop", disk);
        assertThat(first.id()).hasToString("shop@2-1");
        assertThat(vault.read("points", "--group", "shop").output())
                .contains("shop@1-2 is the end of its epoch: sealed by operator", "owned by away");

        List<Path> before = objects();
        VaultOnDisk.Ended again = transfer("shop", "away");
        assertThat(again.exitCode()).as(again.errors()).isZero();
        assertThat(again.output()).contains("Group shop is with away already.", "shop@2-1");
        assertThat(objects()).isEqualTo(before);
    }

    @Test
    void aPersonIsToldWhatIsAtStakeAndAsked() {
        VaultOnDisk.Ended nobody = transfer("shop", "away");
        assertThat(nobody.exitCode()).isEqualTo(6);
        assertThat(nobody.errors()).contains("LB-VAULT-042", "still with web-host");

        VaultOnDisk.Ended no = transferAnswering("no\n");
        assertThat(no.errors())
                .contains("Group shop is with web-host.", "Its newest point is shop@1-1", " ago.", "LB-VAULT-042");
        assertThat(vault.objects("owners/shop")).hasSize(1);

        VaultOnDisk.Ended yes = transferAnswering("yes\n");
        assertThat(yes.exitCode()).as(yes.errors()).isZero();
        assertThat(yes.output()).contains("Group shop is with away from now on.");
    }

    @Test
    void whatCannotBeTransferredIsRefusedAndNothingIsChanged() {
        vault.write("wrong", "wrong\n");
        credentials("narrow", "mail");
        List<Path> before = objects();

        assertThat(transfer("shap", "away", "--yes").errors()).contains("LB-VAULT-011");
        assertThat(transfer("../shop", "away", "--yes").errors()).contains("LB-VAULT-026");
        assertThat(transfer("shop", "a/b", "--yes").errors()).contains("LB-VAULT-026");
        assertThat(transfer("shop", "awya", "--yes").errors()).contains("LB-VAULT-043");
        assertThat(transfer("other", "web-host", "--yes").exitCode())
                .as("it may write all")
                .isZero();
        assertThat(VaultOnDisk.run(
                                "transfer",
                                "shop",
                                "--to",
                                "away",
                                "--yes",
                                "--vault",
                                vault.url(),
                                "--passphrase-file",
                                vault.file("wrong"))
                        .errors())
                .contains("LB-VAULT-006");
        assertThat(objects()).containsAll(before);
        assertThat(vault.objects("owners/shop")).hasSize(1);
    }

    @Test
    void aWriterWhoseCredentialsDoNotCoverTheGroupIsNotGivenIt() throws Exception {
        credentials("narrow", "mail");
        vault.put("narrow", "mail", disk);

        VaultOnDisk.Ended refused = transfer("shop", "narrow", "--yes", "--unseen");

        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.errors()).contains("LB-VAULT-010", "cover mail");
        assertThat(vault.objects("owners/shop")).hasSize(1);
    }

    @Test
    void aWriterThatHasNotRunYetIsGivenItWhenThatIsSaid() throws Exception {
        credentials("fresh", "shop");
        assertThat(transfer("shop", "fresh", "--yes").errors()).contains("LB-VAULT-043", "--unseen");

        assertThat(transfer("shop", "fresh", "--yes", "--unseen").exitCode()).isZero();

        assertThat(vault.put("fresh", "shop", disk).id()).hasToString("shop@2-1");
    }
}
