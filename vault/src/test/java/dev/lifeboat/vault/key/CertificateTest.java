package dev.lifeboat.vault.key;

import static dev.lifeboat.vault.key.Samples.DAMAGED;
import static dev.lifeboat.vault.key.Samples.codeOf;
import static dev.lifeboat.vault.key.Samples.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.model.ErrorCode;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateTest {

    private static final String VALID = "{'vault':'VAULT','writer':'w','role':'writer','groups':['shop'],'key':'KEY',"
            + "'generation':0,'issued':1}";

    private final VaultKeys keys = Samples.keys();
    private final VerifyingKey issuer = keys.issuer().verifyingKey();
    private final VerifyingKey writersKey =
            Samples.credentials().signer().certificate().key();

    @Test
    void saysWhoseTheKeyIsAndForWhatGroups() {
        Certificate certificate = decode(issue(List.of("shop", "mail")).encode());

        assertThat(certificate.vault()).isEqualTo(keys.vaultId());
        assertThat(certificate.writer()).isEqualTo("shop-host");
        assertThat(certificate.role()).isEqualTo(Role.WRITER);
        assertThat(certificate.groups()).containsExactly("shop", "mail");
        assertThat(certificate.key()).isEqualTo(writersKey);
        assertThat(certificate.generation()).isZero();
        assertThat(certificate.issuedEpochMillis()).isEqualTo(1000);
        assertThat(certificate).isEqualTo(issue(List.of("shop", "mail")));
    }

    @Test
    void coversItsGroupsOrAll() {
        assertThat(issue(List.of("shop")).covers("shop")).isTrue();
        assertThat(issue(List.of("shop")).covers("Shop")).isFalse();
        assertThat(issue(List.of("*")).covers("anything")).isTrue();
        assertThat(codeOf(() -> issue(List.of("shop")).requireCovers("mail")))
                .contains(ErrorCode.VAULT_GROUP_NOT_GRANTED);
        assertThat(codeOf(() -> issue(List.of("shop")).requireCovers("shop"))).isEmpty();
    }

    @Test
    void theOperatorsIsForAllGroupsAndTheIssuersKey() {
        Certificate certificate = keys.issuer().operator("ops", 5).certificate();

        assertThat(decode(certificate.encode()).role()).isEqualTo(Role.OPERATOR);
        assertThat(certificate.key()).isEqualTo(issuer);
        assertThat(certificate.covers("anything")).isTrue();
    }

    @Test
    void oneOfAnotherVaultOrIssuerIsRefused() {
        byte[] encoded = issue(List.of("shop")).encode();
        VaultKeys others = Samples.otherKeys();

        assertThat(codeOf(() -> Certificate.decode(encoded, issuer, others.vaultId(), DAMAGED)))
                .contains(ErrorCode.VAULT_OBJECT_DAMAGED);
        assertThat(codeOf(() -> Certificate.decode(encoded, others.issuer().verifyingKey(), keys.vaultId(), DAMAGED)))
                .contains(ErrorCode.VAULT_OBJECT_DAMAGED);
        assertThat(codeOf(() -> Certificate.decode(encoded, writersKey, keys.vaultId(), DAMAGED)))
                .contains(ErrorCode.VAULT_OBJECT_DAMAGED);
    }

    @Test
    void everyChangedByteAndEveryLengthIsFound() {
        Samples.everyDamage(
                issue(List.of("shop")).encode(),
                1,
                damaged -> assertThat(codeOf(() -> decode(damaged))).contains(ErrorCode.VAULT_OBJECT_DAMAGED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'writer':'w' | 'writer':'../w'",
                "'writer':'w' | 'writer':''",
                "'role':'writer' | 'role':'owner'",
                "'role':'writer' | 'role':'operator'",
                "['shop'] | ['shop','*']",
                "['shop'] | ['*','*']",
                "['shop'] | ['a b']",
                "['shop'] | [1]",
                "['shop'] | 'shop'",
                "'key':'KEY' | 'key':'00'",
                "'generation':0 | 'generation':-1",
                "'issued':1 | 'issued':'1'",
                "'issued':1 | 'issued':-1",
                "'issued':1 | 'issued':1,'issued':1",
                "VAULT | 00000000000000000000000000000000"
            })
    void contentThatThePageDoesNotAllowIsRefusedAlsoFromTheIssuer(String part, String other) {
        assertThat(codeOf(() -> decode(signed(VALID.replace(part, other))))).contains(ErrorCode.VAULT_OBJECT_DAMAGED);
    }

    @Test
    void theContentThatThesePartsAreOfIsAllowed() {
        assertThat(codeOf(() -> decode(signed(VALID)))).isEmpty();
        assertThat(codeOf(() -> decode(signed(VALID.replace("'writer':", "'later':{},'writer':")))))
                .isEmpty();
        assertThat(decode(signed(VALID.replace("'shop'", ""))).covers("shop")).isFalse();
    }

    @Test
    void asManyGroupsAsAreAllowedFit() {
        List<String> longest = IntStream.range(0, Certificate.MAX_GROUPS)
                .mapToObj(i -> "g".repeat(60) + String.format("%04d", i))
                .toList();

        assertThat(decode(issue(longest).encode()).groups()).isEqualTo(longest);
        assertThat(codeOf(() -> issue(Collections.nCopies(Certificate.MAX_GROUPS + 1, "g"))))
                .contains(ErrorCode.VAULT_NAME_INVALID);
        assertThat(codeOf(() -> issue(List.of()))).contains(ErrorCode.VAULT_NAME_INVALID);
    }

    @Test
    void isIssuedOnlyForNames() {
        assertThat(codeOf(() -> issue(List.of("*", "shop")))).contains(ErrorCode.VAULT_NAME_INVALID);
        assertThat(codeOf(() -> issue(List.of("-shop")))).contains(ErrorCode.VAULT_NAME_INVALID);
        assertThat(codeOf(() -> keys.issuer().certifyWriter("a/b", List.of("*"), writersKey, 0)))
                .contains(ErrorCode.VAULT_NAME_INVALID);
    }

    private Certificate issue(List<String> groups) {
        return keys.issuer().certifyWriter("shop-host", groups, writersKey, 1000);
    }

    private Certificate decode(byte[] encoded) {
        return Certificate.decode(encoded, issuer, keys.vaultId(), DAMAGED);
    }

    /** Signed by the issuer itself, whatever the content. */
    private byte[] signed(String content) {
        byte[] json = utf8(content.replace("VAULT", keys.vaultId().hex())
                .replace("KEY", writersKey.encoded().hex())
                .replace('\'', '"'));
        try (RootSecret root = Samples.root();
                SigningKey key = new SigningKey(
                        Hkdf.hkdf(root.copy(), new byte[0], utf8("lifeboat/0 issuer"), SigningKey.SEED_BYTES))) {
            return ByteBuffer.allocate(2 + json.length + 64)
                    .putShort((short) json.length)
                    .put(json)
                    .put(key.sign(Concatenation.join(utf8("lifeboat/0 certificate\0"), json)))
                    .array();
        }
    }
}
