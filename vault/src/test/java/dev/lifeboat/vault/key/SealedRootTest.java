package dev.lifeboat.vault.key;

import static dev.lifeboat.vault.key.Samples.codeOf;
import static dev.lifeboat.vault.key.Samples.passphrase;
import static dev.lifeboat.vault.key.Samples.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.model.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SealedRootTest {

    private static final String PASSPHRASE = "correct horse battery staple";

    @Test
    void opensWithItsPassphrase() {
        SealedRoot sealed = SealedRoot.parse("main", Samples.sealedRoot().encode());
        try (RootSecret root = sealed.open(passphrase(PASSPHRASE))) {
            assertThat(root.sameAs(Samples.root())).isTrue();
        }
        assertThat(sealed.vaultId()).isEqualTo(Samples.keys().vaultId());
    }

    @Test
    void opensAtTheStandardCost() {
        SealedRoot sealed = SealedRoot.seal(
                Samples.root(), "main", passphrase("pass"), Argon2Cost.STANDARD, new SplittableRandom(1));

        assertThat(Argon2Cost.STANDARD).isEqualTo(new Argon2Cost(65_536, 3, 4));
        assertThat(SealedRoot.parse("main", sealed.encode())
                        .open(passphrase("pass"))
                        .sameAs(Samples.root()))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"correct horse battery staples", "Correct horse battery staple", " ", "x"})
    void aWrongPassphraseIsToldFromDamage(String wrong) {
        SealedRoot sealed = Samples.sealedRoot();

        assertThat(codeOf(() -> sealed.open(passphrase(wrong)))).contains(ErrorCode.VAULT_PASSPHRASE_WRONG);
    }

    @Test
    void underAnotherNameItDoesNotOpen() {
        SealedRoot renamed = SealedRoot.parse("other", Samples.sealedRoot().encode());

        assertThat(codeOf(() -> renamed.open(passphrase(PASSPHRASE)))).contains(ErrorCode.VAULT_PASSPHRASE_WRONG);
    }

    @ParameterizedTest
    @CsvSource({
        "1048577, 3, 4",
        "65536, 65, 4",
        "65536, 3, 65",
        "65536, 0, 4",
        "65536, 3, 0",
        "31, 3, 4",
        "0, 3, 4",
        "-1, 3, 4",
        "4294967297, 3, 4",
        "65536.0, 3, 4",
        "99999999999999999999999999, 3, 4"
    })
    void hostileParametersAreRefusedBeforeAnyWork(String memory, String iterations, String lanes) {
        String json = text().replace("\"memoryKiB\":32", "\"memoryKiB\":" + memory)
                .replace("\"iterations\":3", "\"iterations\":" + iterations)
                .replace("\"parallelism\":4", "\"parallelism\":" + lanes);

        assertThat(codeOf(() -> SealedRoot.parse("main", utf8(json)))).contains(ErrorCode.VAULT_OBJECT_DAMAGED);
    }

    @Test
    void aRootSecretOfAnotherVaultThanItSaysIsRefused() {
        VaultId lie = new VaultId(1, 2);
        byte[] salt = new byte[16];
        byte[] nonce = new byte[12];
        byte[] sealed = Sealing.seal(
                Samples.CHEAP.derive(utf8("pass"), salt),
                nonce,
                Concatenation.join(utf8("lifeboat/0 key"), lie.bytes(), utf8("main")),
                Samples.counting(0, 32));
        String json =
                "{\"format\":\"lifeboat-key\",\"version\":0,\"vault\":\"%s\",\"kdf\":\"argon2id\",\"memoryKiB\":32,\"iterations\":3,\"parallelism\":4,\"salt\":\"%s\",\"nonce\":\"%s\",\"sealed\":\"%s\"}"
                        .formatted(lie, Samples.hex(salt), Samples.hex(nonce), Samples.hex(sealed));
        SealedRoot parsed = SealedRoot.parse("main", utf8(json));

        assertThat(codeOf(() -> parsed.open(passphrase("pass")))).contains(ErrorCode.VAULT_OBJECT_DAMAGED);
    }

    @Test
    void aNewerVersionIsToldFromDamage() {
        assertThat(codeOf(() -> SealedRoot.parse("main", utf8(text().replace("\"version\":0", "\"version\":1")))))
                .contains(ErrorCode.VAULT_FORMAT_UNKNOWN);
    }

    @Test
    void unknownKeysAreIgnoredAndKeysThatOccurTwiceRefused() {
        String more = text().replace("{\"format\"", "{\"later\":[{}],\"format\"");
        String twice = text().replace("{\"format\"", "{\"version\":0,\"format\"");

        assertThat(codeOf(() -> SealedRoot.parse("main", utf8(more)).open(passphrase(PASSPHRASE))))
                .isEmpty();
        assertThat(codeOf(() -> SealedRoot.parse("main", utf8(twice)))).contains(ErrorCode.VAULT_OBJECT_DAMAGED);
    }

    @Test
    void everyChangedByteAndEveryLengthIsFound() {
        Samples.everyDamage(
                Samples.sealedRoot().encode(),
                1,
                damaged -> assertThat(
                                codeOf(() -> SealedRoot.parse("main", damaged).open(passphrase(PASSPHRASE))))
                        .isPresent()
                        .get()
                        .isIn(
                                ErrorCode.VAULT_OBJECT_DAMAGED,
                                ErrorCode.VAULT_PASSPHRASE_WRONG,
                                ErrorCode.VAULT_FORMAT_UNKNOWN));
    }

    @Test
    void aNameThatIsNoneIsRefused() {
        assertThat(codeOf(() -> SealedRoot.seal(
                        Samples.root(), "../x", passphrase("p"), Samples.CHEAP, new SplittableRandom(1))))
                .contains(ErrorCode.VAULT_NAME_INVALID);
        assertThat(codeOf(() -> SealedRoot.parse("a/b", Samples.sealedRoot().encode())))
                .contains(ErrorCode.VAULT_OBJECT_DAMAGED);
    }

    private static String text() {
        return new String(Samples.sealedRoot().encode(), StandardCharsets.UTF_8);
    }
}
