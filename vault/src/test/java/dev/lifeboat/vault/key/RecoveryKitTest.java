package dev.lifeboat.vault.key;

import static dev.lifeboat.vault.key.Samples.codeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecoveryKitTest {

    /** Every character that the alphabet or its tolerance knows, and some that it does not. */
    private static final String TYPED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ?*";

    private final String kit = RecoveryKit.text(Samples.root(), Samples.URL, Samples.CREATED);

    @Test
    void whatIsPrintedIsRead() {
        for (int seed = 0; seed < 200; seed++) {
            RootSecret root = RootSecret.generate(new SplittableRandom(seed));
            String text = RecoveryKit.text(root, Samples.URL, Samples.CREATED);

            assertThat(RecoveryKit.parse(text).sameAs(root)).isTrue();
        }
    }

    @Test
    void fitsOnPaper() {
        assertThat(kit.lines()).hasSizeLessThan(60).allMatch(line -> line.length() <= 80);
        assertThat(kit)
                .contains("vault: " + Samples.keys().vaultId(), Samples.URL, "1 January 2026, 00:00 UTC")
                .contains("lifeboat vault export --vault URL --kit kit.txt");
    }

    @Test
    void onlyTheLinesThatCountAreNeededAndTheVaultLineIsNotOne() {
        String lines = line(3) + "\n" + line(1) + "\r\n" + line(4) + "\nnotes\n" + line(2);

        assertThat(RecoveryKit.parse(lines).sameAs(Samples.root())).isTrue();
    }

    @Test
    void spacesHyphensSmallLettersAndLookAlikesDoNotMatter() {
        String typed = kit.toLowerCase(Locale.ROOT)
                .replace("vault: ", "VAULT :")
                .replace("-", " – ")
                .replace("    1: ", "1:")
                .replace("    2: ", "\t2 : ");
        String lookAlikes = typed.replaceAll("(?m)^(.*[1-4] ?:)(.*)$", "$1 $2");

        assertThat(RecoveryKit.parse(lookAlikes).sameAs(Samples.root())).isTrue();
        assertThat(RecoveryKit.parse(withLine(
                                1, line(1).substring(2).replace('0', 'o').replace('1', 'l')))
                        .sameAs(Samples.root()))
                .isTrue();
        assertThat(RecoveryKit.parse(withLine(
                                1, line(1).substring(2).replace('0', 'O').replace('1', 'i')))
                        .sameAs(Samples.root()))
                .isTrue();
    }

    @Test
    void everySingleWrongCharacterIsFoundAndItsLineIsNearlyAlwaysNamed() {
        int wrong = 0;
        int named = 0;
        for (int number = 1; number <= 4; number++) {
            String line = line(number).substring(2).replace("-", "").strip();
            for (int at = 0; at < line.length(); at++) {
                for (int choice = 0; choice < TYPED.length(); choice++) {
                    char typed = TYPED.charAt(choice);
                    if (CrockfordBase32.value(typed) == CrockfordBase32.value(line.charAt(at))) {
                        continue;
                    }
                    String mistyped = withLine(number, line.substring(0, at) + typed + line.substring(at + 1));
                    Optional<LifeboatException> failure = failure(mistyped);
                    assertThat(failure).isPresent();
                    assertThat(failure.get().code()).isEqualTo(ErrorCode.VAULT_KIT_UNREADABLE);
                    wrong++;
                    if (failure.get().explanation().contains("line " + number + " ")) {
                        named++;
                    }
                }
            }
        }
        System.out.printf("%,d wrong characters: %,d found by their line, all others by the vault id%n", wrong, named);
        // Ten check bits miss one in a thousand; what they miss, the vault line finds.
        assertThat(wrong).isGreaterThan(2000);
        assertThat(wrong - named).isLessThan(10);
    }

    @Test
    void neighboursThatWereSwappedAreFound() {
        for (int number = 1; number <= 4; number++) {
            String line = line(number).substring(2).replace("-", "").strip();
            for (int at = 0; at + 1 < line.length(); at++) {
                if (line.charAt(at) != line.charAt(at + 1)) {
                    String swapped =
                            line.substring(0, at) + line.charAt(at + 1) + line.charAt(at) + line.substring(at + 2);
                    assertThat(failure(withLine(number, swapped))).isPresent();
                }
            }
        }
    }

    @Test
    void swappedMissingAndDoubledLinesAreFound() {
        assertFails(kit.replace("1:", "9:").replace("2:", "1:").replace("9:", "2:"), "line 2 does not fit");
        assertFails(kit.replace(line(3), ""), "no line 3");
        assertFails(kit + "\n" + line(3), "line 3 twice");
        assertFails(kit + "\nvault: " + Samples.keys().vaultId(), "\"vault\" twice");
        assertFails("", "no line 1");
    }

    @ParameterizedTest
    @CsvSource({"00, has 17 characters", "U, has 16 characters", "'', has 15 characters"})
    void aLineOfAWrongLengthIsToldApart(String more, String wrong) {
        if (more.isEmpty()) {
            assertThat(failure(kit)).isEmpty();
        } else {
            assertFails(withLine(2, line(2).substring(2) + more), wrong);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"G", "Z", "R"})
    void theFirstBitIsZero(String first) {
        String line = line(1).substring(2).strip();

        assertFails(withLine(1, first + line.substring(1)), "line 1 ");
    }

    @Test
    void aVaultLineThatIsNoneOrOfAnotherKitIsFound() {
        String id = Samples.keys().vaultId().hex();

        assertFails(kit.replace(id, "xyz"), "not 32 hexadecimal digits");
        assertFails(kit.replace(id, Samples.otherKeys().vaultId().hex()), "two kits");
    }

    @Test
    void aLineWhoseOwnCheckFitsButThatIsOfAnotherKitIsFoundByTheVaultId() {
        RootSecret other = new RootSecret(Samples.counting(1, RootSecret.BYTES));
        String foreign = RecoveryKit.text(other, Samples.URL, Samples.CREATED)
                .lines()
                .filter(line -> line.contains(" 3: "))
                .findFirst()
                .orElseThrow();
        String mixed = kit.replace(line(3), foreign.strip());
        RootSecret unnoticed = RecoveryKit.parse(mixed.replace("vault:", "vault"));

        assertFails(mixed, "two kits");
        assertThat(codeOf(
                        () -> RecoveryKit.requireVault(unnoticed, Samples.keys().vaultId())))
                .contains(ErrorCode.VAULT_KIT_WRONG);
    }

    @Test
    void theKitOfAnotherVaultIsToldFromATypingMistake() {
        RootSecret root = RecoveryKit.parse(kit);
        RecoveryKit.requireVault(root, Samples.keys().vaultId());

        assertThat(codeOf(
                        () -> RecoveryKit.requireVault(root, Samples.otherKeys().vaultId())))
                .contains(ErrorCode.VAULT_KIT_WRONG);
    }

    @Test
    void isReadFromAFileInTheEncodingsThatEditorsWrite(@TempDir Path folder) throws IOException {
        String typed = line(1) + "\r\n" + line(2) + "\r\n" + line(3) + "\r\n" + line(4) + "\r\nfür Notfälle\r\n";
        for (byte[] content : List.of(
                typed.getBytes(StandardCharsets.UTF_8),
                ("\uFEFF" + typed).getBytes(StandardCharsets.UTF_8),
                ("\uFEFF" + typed).getBytes(StandardCharsets.UTF_16LE),
                ("\uFEFF" + typed).getBytes(StandardCharsets.UTF_16BE),
                typed.getBytes(StandardCharsets.ISO_8859_1))) {
            assertThat(RecoveryKit.read(Files.write(folder.resolve("kit.txt"), content))
                            .sameAs(Samples.root()))
                    .isTrue();
        }
        assertThat(codeOf(() -> RecoveryKit.read(folder.resolve("none")))).contains(ErrorCode.CLI_FILE_UNREADABLE);
    }

    @Test
    void anAddressCannotForgeALine() {
        String text = RecoveryKit.text(Samples.root(), "file:///x\n1: 0000", Samples.CREATED);

        assertThat(RecoveryKit.parse(text).sameAs(Samples.root())).isTrue();
    }

    @Test
    void anotherLargeFileIsRefused() {
        assertFails("x".repeat(RecoveryKit.MAX_CHARACTERS + 1), "some other file");
    }

    private void assertFails(String text, String wrong) {
        assertThatThrownBy(() -> RecoveryKit.parse(text))
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VAULT_KIT_UNREADABLE))
                .hasMessageContaining(wrong);
    }

    private static Optional<LifeboatException> failure(String text) {
        try {
            RecoveryKit.parse(text);
            return Optional.empty();
        } catch (LifeboatException e) {
            return Optional.of(e);
        }
    }

    private String line(int number) {
        return kit.lines()
                .map(String::strip)
                .filter(line -> line.startsWith(number + ":"))
                .findFirst()
                .orElseThrow();
    }

    private String withLine(int number, String content) {
        return kit.replace(line(number), number + ": " + content);
    }
}
