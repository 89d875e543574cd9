package dev.lifeboat.vault.key;

import static dev.lifeboat.vault.key.Samples.codeOf;
import static dev.lifeboat.vault.key.Samples.counting;
import static dev.lifeboat.vault.key.Samples.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CredentialsTest {

    private final Credentials credentials = Samples.credentials();

    @Test
    void goThroughTheirFile() {
        Credentials read = Credentials.parse(credentials.encode(), "file");

        assertThat(read.vault()).isEqualTo(Samples.keys().vaultId());
        assertThat(read.issuer()).isEqualTo(Samples.keys().issuer().verifyingKey());
        assertThat(read.recipient()).isEqualTo(Samples.keys().recipient());
        assertThat(read.treeKeys().sameAs(Samples.keys().treeKeys())).isTrue();
        assertThat(read.signer().certificate()).isEqualTo(credentials.signer().certificate());
        assertThat(read.writer()).isEqualTo("shop-host");
        assertThat(read.encode()).isEqualTo(credentials.encode());
    }

    @Test
    void eachHaveASigningKeyOfTheirOwn() {
        SplittableRandom random = new SplittableRandom(1);
        Credentials one = Credentials.issue(Samples.keys(), "one", List.of("*"), 0, random);
        Credentials two = Credentials.issue(Samples.keys(), "two", List.of("*"), 0, random);

        assertThat(one.signer().certificate().key())
                .isNotEqualTo(two.signer().certificate().key());
    }

    @Test
    void holdNothingThatUnwrapsASessionKeyOrIssuesACertificate() {
        String file = new String(credentials.encode(), StandardCharsets.US_ASCII);
        byte[] root = counting(0, 32);

        assertThat(file).doesNotContain(Samples.hex(root));
        for (String purpose : List.of("x25519", "ml-kem-768", "issuer")) {
            byte[] secret = Hkdf.hkdf(root, new byte[0], utf8("lifeboat/0 " + purpose), 64);
            for (int at = 0; at + 8 <= (purpose.equals("ml-kem-768") ? 64 : 32); at += 8) {
                assertThat(file).doesNotContain(Samples.hex(secret).substring(2 * at, 2 * at + 16));
            }
        }
        assertThat(file).contains(Samples.hex(credentials.treeKeys().treeKey()));
    }

    @Test
    void areEnoughToAddAPointAndToReadIt() {
        byte[] object = Samples.point();

        assertThat(SignedObject.decode(object, Samples.POINT_NAME, Set.of(ObjectKind.POINT), credentials.anchor())
                        .signedBy()
                        .writer())
                .isEqualTo("shop-host");
    }

    @Test
    void everyChangedByteAndEveryLengthIsFound() {
        Samples.everyDamage(
                credentials.encode(),
                2,
                damaged -> assertThat(codeOf(() -> Credentials.parse(damaged, "file")))
                        .isPresent()
                        .get()
                        .isIn(ErrorCode.VAULT_CREDENTIALS_UNREADABLE, ErrorCode.VAULT_FORMAT_UNKNOWN));
    }

    @Test
    void aSwappedIssuerRecipientOrCertificateIsFoundEvenWithAChecksumThatFits() {
        VaultKeys others = Samples.otherKeys();
        Credentials theirs = Credentials.issue(others, "shop-host", List.of("shop"), 0, new SplittableRandom(3));
        Credentials colleague = Credentials.issue(Samples.keys(), "two", List.of("shop"), 0, new SplittableRandom(4));

        assertThat(codeOf(() -> Credentials.parse(
                        new Credentials(
                                        credentials.vault(),
                                        theirs.issuer(),
                                        credentials.recipient(),
                                        credentials.treeKeys(),
                                        credentials.signer())
                                .encode(),
                        "file")))
                .contains(ErrorCode.VAULT_CREDENTIALS_UNREADABLE);
        assertThat(codeOf(() -> Credentials.parse(
                        new Credentials(
                                        credentials.vault(),
                                        credentials.issuer(),
                                        credentials.recipient(),
                                        credentials.treeKeys(),
                                        theirs.signer())
                                .encode(),
                        "file")))
                .contains(ErrorCode.VAULT_CREDENTIALS_UNREADABLE);
        assertThatThrownBy(() -> new Signer(
                        colleague.signer().certificate(),
                        new SigningKey(credentials.signer().seed())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNewerVersionIsToldFromDamage() {
        String newer =
                new String(credentials.encode(), StandardCharsets.US_ASCII).replace("\"version\":0", "\"version\":1");

        assertThat(codeOf(() -> Credentials.parse(utf8(newer), "file"))).contains(ErrorCode.VAULT_FORMAT_UNKNOWN);
    }

    @Test
    void theLargestCertificateFitsTheirFile() {
        List<String> groups = IntStream.range(0, Certificate.MAX_GROUPS)
                .mapToObj(i -> "g".repeat(60) + String.format("%04d", i))
                .toList();
        byte[] file = Credentials.issue(Samples.keys(), "w".repeat(64), groups, Long.MAX_VALUE, new SplittableRandom(5))
                .encode();

        assertThat(file).hasSizeLessThan(Credentials.MAX_BYTES);
        assertThat(Credentials.parse(file, "file").signer().certificate().groups())
                .isEqualTo(groups);
    }

    @Test
    void areNotShown() {
        assertThat(credentials.toString())
                .contains("shop-host")
                .doesNotContain(Samples.hex(credentials.treeKeys().treeKey()));
    }
}
