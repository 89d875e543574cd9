package dev.lifeboat.vault.key;

import static dev.lifeboat.vault.key.Samples.POINT_NAME;
import static dev.lifeboat.vault.key.Samples.SEAL_NAME;
import static dev.lifeboat.vault.key.Samples.codeOf;
import static dev.lifeboat.vault.key.Samples.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SignedObjectTest {

    private static final Set<ObjectKind> ALL = EnumSet.allOf(ObjectKind.class);
    private static final byte[] JSON = utf8("{\"group\":\"shop\"}");

    private final VaultKeys keys = Samples.keys();
    private final Credentials credentials = Samples.credentials();
    private final TrustAnchor anchor = credentials.anchor();

    @ParameterizedTest
    @EnumSource(ObjectKind.class)
    void whatAWriterSignsTheOperatorReads(ObjectKind kind) {
        byte[] object =
                SignedObject.encode(kind, "the/name", JSON, anchor, credentials.signer(), new SplittableRandom(1));
        SignedObject.Content content = SignedObject.decode(object, "the/name", Set.of(kind), keys.anchor());

        assertThat(content.kind()).isEqualTo(kind);
        assertThat(content.json()).isEqualTo(JSON);
        assertThat(content.signedBy()).isEqualTo(credentials.signer().certificate());
        assertThat(content.signedBy().covers("mail")).isFalse();
    }

    @ParameterizedTest
    @EnumSource(ObjectKind.class)
    void whatTheOperatorSignsAWriterReads(ObjectKind kind) {
        Signer operator = keys.issuer().operator("ops", 7);
        byte[] object = SignedObject.encode(kind, "n", JSON, keys.anchor(), operator, new SplittableRandom(1));

        assertThat(SignedObject.decode(object, "n", ALL, anchor).signedBy().role())
                .isEqualTo(Role.OPERATOR);
    }

    @ParameterizedTest
    @EnumSource(ObjectKind.class)
    void onlyTheBodiesOfPointsAndConfigurationsAreSealed(ObjectKind kind) {
        byte[] object = SignedObject.encode(kind, "n", JSON, anchor, credentials.signer(), new SplittableRandom(1));
        boolean readable =
                new String(object, StandardCharsets.ISO_8859_1).contains(new String(JSON, StandardCharsets.ISO_8859_1));

        assertThat(readable)
                .isEqualTo(
                        !EnumSet.of(ObjectKind.POINT, ObjectKind.CONFIGURATION).contains(kind));
    }

    @Test
    void anEmptyAndALargeBodyGoThrough() {
        for (int length : new int[] {0, 1, 5_000_000}) {
            byte[] body = new byte[length];
            byte[] object = SignedObject.encode(
                    ObjectKind.POINT, "n", body, anchor, credentials.signer(), new SplittableRandom(1));

            assertThat(SignedObject.decode(object, "n", ALL, anchor).json()).isEqualTo(body);
        }
    }

    @Test
    void anObjectThatWouldBeTooLargeIsNotMade() {
        byte[] body = new byte[SignedObject.MAX_BYTES];

        assertThatThrownBy(() -> SignedObject.encode(
                        ObjectKind.POINT, "n", body, anchor, credentials.signer(), new SplittableRandom(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyChangedByteAndEveryLengthIsFoundInAPointAndASeal() {
        everyDamageIsFound(Samples.point(), POINT_NAME);
        everyDamageIsFound(Samples.seal(), SEAL_NAME);
    }

    private void everyDamageIsFound(byte[] whole, String name) {
        assertThat(codeOf(() -> SignedObject.decode(whole, name, ALL, anchor))).isEmpty();
        Samples.everyDamage(whole, 9, damaged -> {
            boolean newer = damaged.length == whole.length && damaged[9] != 0;
            Optional<ErrorCode> code = codeOf(() -> SignedObject.decode(damaged, name, ALL, anchor));
            assertThat(code).contains(newer ? ErrorCode.VAULT_FORMAT_UNKNOWN : ErrorCode.VAULT_OBJECT_DAMAGED);
        });
    }

    @Test
    void underAnotherNameOrOfAnotherKindItIsRefused() {
        assertThat(codeOf(() -> SignedObject.decode(Samples.seal(), POINT_NAME, ALL, anchor)))
                .contains(ErrorCode.VAULT_OBJECT_DAMAGED);
        assertThat(codeOf(() -> SignedObject.decode(Samples.seal(), SEAL_NAME, Set.of(ObjectKind.POINT), anchor)))
                .contains(ErrorCode.VAULT_OBJECT_DAMAGED);
        assertThat(codeOf(() -> SignedObject.decode(Samples.seal(), "n".repeat(2000), ALL, anchor)))
                .contains(ErrorCode.VAULT_OBJECT_DAMAGED);
    }

    @Test
    void theFailureNamesTheObjectAndWhatIsWrong() {
        byte[] damaged = Samples.point();
        damaged[damaged.length - 1] ^= 1;

        assertThatThrownBy(() -> SignedObject.decode(damaged, POINT_NAME, ALL, anchor))
                .isInstanceOf(LifeboatException.class)
                .hasMessage("The object " + POINT_NAME + " is damaged: its signature does not fit.");
    }

    @Test
    void anotherVaultsAnchorReadsNothing() {
        assertThat(codeOf(() -> SignedObject.decode(
                        Samples.point(), POINT_NAME, ALL, Samples.otherKeys().anchor())))
                .contains(ErrorCode.VAULT_OBJECT_DAMAGED);
        assertThatThrownBy(() -> SignedObject.encode(
                        ObjectKind.PIN,
                        "n",
                        JSON,
                        Samples.otherKeys().anchor(),
                        credentials.signer(),
                        new SplittableRandom(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theCertificateOfAColleagueDoesNotHelpAForger() {
        Credentials colleague = Credentials.issue(keys, "colleague", List.of("*"), 0, new SplittableRandom(3));
        byte[] object =
                SignedObject.encode(ObjectKind.SEAL, "n", JSON, anchor, credentials.signer(), new SplittableRandom(1));
        byte[] forged = withCertificate(object, colleague.signer().certificate().encode());

        assertThat(codeOf(() -> SignedObject.decode(forged, "n", ALL, anchor)))
                .contains(ErrorCode.VAULT_OBJECT_DAMAGED);
    }

    @Test
    void aBodySealedWithAnotherTreeKeyDoesNotOpen() {
        TrustAnchor otherTrees = new TrustAnchor(
                anchor.vault(), anchor.issuer(), Samples.otherKeys().treeKeys());

        assertThatThrownBy(() -> SignedObject.decode(Samples.point(), POINT_NAME, ALL, otherTrees))
                .hasMessageContaining("its body does not open");
    }

    @Test
    void lengthsThatLieAreFoundWithoutTakingTheirMemory() {
        for (int lie : new int[] {0, 1, 0xFFFF, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
            byte[] total = Samples.seal();
            ByteBuffer.wrap(total).putInt(12, lie);
            byte[] certificate = Samples.seal();
            ByteBuffer.wrap(certificate).putShort(16, (short) lie);
            byte[] body = Samples.seal();
            ByteBuffer.wrap(body).putInt(body.length - 64 - JSON.length - 4, lie);

            for (byte[] lying : List.of(total, certificate, body)) {
                assertThat(codeOf(() -> SignedObject.decode(lying, SEAL_NAME, ALL, anchor)))
                        .contains(ErrorCode.VAULT_OBJECT_DAMAGED);
            }
        }
    }

    private static byte[] withCertificate(byte[] object, byte[] certificate) {
        int old = Short.toUnsignedInt(ByteBuffer.wrap(object).getShort(16));
        int rest = 18 + old;
        byte[] replaced = new byte[object.length - old + certificate.length];
        ByteBuffer.wrap(replaced)
                .put(object, 0, 12)
                .putInt(replaced.length - 16)
                .putShort((short) certificate.length)
                .put(certificate)
                .put(object, rest, object.length - rest);
        return replaced;
    }
}
