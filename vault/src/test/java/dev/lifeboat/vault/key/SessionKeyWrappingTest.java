package dev.lifeboat.vault.key;

import static dev.lifeboat.vault.key.Samples.DAMAGED;
import static dev.lifeboat.vault.key.Samples.SESSION;
import static dev.lifeboat.vault.key.Samples.counting;
import static dev.lifeboat.vault.key.Samples.hex;
import static dev.lifeboat.vault.key.Samples.keys;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.ErrorCode;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.crypto.KEM;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.Test;

class SessionKeyWrappingTest {

    /** What stands before an X25519 public key in the encoding of RFC 8410. */
    private static final byte[] X25519_PREFIX = hex("302a300506032b656e032100");

    /** What stands before an ML-KEM-768 encapsulation key in the encoding of RFC 9935. */
    private static final byte[] ML_KEM_PREFIX = hex("308204b2300b0609608648016503040402038204a100");

    private final VaultKeys keys = keys();
    private final VaultId vault = keys.vaultId();

    @Test
    void aWrappedKeyUnwrapsWithThePrivateKey() {
        for (int seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SessionKey sessionKey = SessionKey.generate(random);
            SessionId session = SessionId.generate(random);
            WrappedKey wrapped = keys.recipient().wrap(sessionKey, vault, session, random);

            SessionKey unwrapped = keys.recipientKey().unwrap(wrapped, vault, session, DAMAGED);

            assertThat(unwrapped.sameAs(sessionKey)).isTrue();
        }
    }

    @Test
    void theEntryForOneselfIsFoundAmongOthers() {
        SplittableRandom random = new SplittableRandom(2);
        VaultKeys others = Samples.otherKeys();
        SessionKey sessionKey = Samples.sessionKey();
        WrappedKey forOthers = others.recipient().wrap(sessionKey, vault, SESSION, random);
        WrappedKey forUs = keys.recipient().wrap(sessionKey, vault, SESSION, random);

        assertThat(keys.recipientKey()
                        .unwrap(List.of(forOthers, forUs), vault, SESSION, DAMAGED)
                        .sameAs(sessionKey))
                .isTrue();
        assertThat(Samples.codeOf(() -> keys.recipientKey().unwrap(List.of(forOthers), vault, SESSION, DAMAGED)))
                .contains(ErrorCode.VAULT_OBJECT_DAMAGED);
        assertThat(Samples.codeOf(() -> keys.recipientKey().unwrap(forOthers, vault, SESSION, DAMAGED)))
                .contains(ErrorCode.VAULT_OBJECT_DAMAGED);
    }

    @Test
    void aSwappedRecipientIsFound() {
        WrappedKey forOthers =
                Samples.otherKeys().recipient().wrap(Samples.sessionKey(), vault, SESSION, new SplittableRandom(3));
        WrappedKey relabelled =
                new WrappedKey(keys.recipient().id(), forOthers.x25519(), forOthers.mlKem768(), forOthers.sealed());

        assertDoesNotUnwrap(relabelled, vault, SESSION);
    }

    @Test
    void aKeyOfAnotherSessionOrVaultDoesNotUnwrap() {
        assertDoesNotUnwrap(Samples.wrappedKey(), vault, new SessionId(1));
        assertDoesNotUnwrap(Samples.wrappedKey(), new VaultId(1, 2), SESSION);
    }

    @Test
    void everyChangedByteIsFound() {
        WrappedKey whole = Samples.wrappedKey();
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 32; i++) {
            assertDoesNotUnwrap(
                    new WrappedKey(
                            whole.recipient(), flipped(whole.x25519(), i, random), whole.mlKem768(), whole.sealed()),
                    vault,
                    SESSION);
        }
        for (int i = 0; i < WrappedKey.CIPHERTEXT_BYTES; i += 7) {
            assertDoesNotUnwrap(
                    new WrappedKey(
                            whole.recipient(), whole.x25519(), flipped(whole.mlKem768(), i, random), whole.sealed()),
                    vault,
                    SESSION);
        }
        for (int i = 0; i < WrappedKey.SEALED_BYTES; i++) {
            assertDoesNotUnwrap(
                    new WrappedKey(
                            whole.recipient(), whole.x25519(), whole.mlKem768(), flipped(whole.sealed(), i, random)),
                    vault,
                    SESSION);
        }
    }

    @Test
    void aPointOfLowOrderIsRefused() {
        WrappedKey whole = Samples.wrappedKey();

        assertDoesNotUnwrap(
                new WrappedKey(whole.recipient(), Octets.of(new byte[32]), whole.mlKem768(), whole.sealed()),
                vault,
                SESSION);
        Recipient hostile =
                new Recipient(Octets.of(new byte[32]), keys.recipient().mlKem768());
        assertThatThrownBy(() -> hostile.wrap(Samples.sessionKey(), vault, SESSION, new SplittableRandom(5)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anEncapsulationKeyThatIsNotReducedIsRefused() {
        byte[] unreduced = keys.recipient().mlKem768().bytes();
        Arrays.fill(unreduced, 0, 1152, (byte) 0xff);

        assertThatThrownBy(() -> new Recipient(keys.recipient().x25519(), Octets.of(unreduced)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatAWriterMadeOfNothingButTheJdkWrapsUnwraps() throws Exception {
        KEM.Encapsulated kem = KEM.getInstance("ML-KEM-768")
                .newEncapsulator(mlKemPublicKey(keys.recipient()))
                .encapsulate();
        KeyPair ephemeral = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        byte[] ephemeralPublic = raw(ephemeral.getPublic(), X25519_PREFIX);
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(ephemeral.getPrivate());
        agreement.doPhase(x25519PublicKey(keys.recipient()), true);

        byte[] wrappingKey = WrappedKey.wrappingKey(
                agreement.generateSecret(),
                kem.key().getEncoded(),
                vault,
                SESSION,
                ephemeralPublic,
                kem.encapsulation(),
                keys.recipient().id());
        byte[] sealed = Sealing.seal(wrappingKey, new byte[12], new byte[0], counting(0x60, 32));
        WrappedKey wrapped = new WrappedKey(
                keys.recipient().id(), Octets.of(ephemeralPublic), Octets.of(kem.encapsulation()), Octets.of(sealed));

        assertThat(keys.recipientKey().unwrap(wrapped, vault, SESSION, DAMAGED).sameAs(Samples.sessionKey()))
                .isTrue();
    }

    @Test
    void whatWeWrapUnwrapsWithNothingButTheJdk() throws Exception {
        KeyPair kemPair = KeyPairGenerator.getInstance("ML-KEM-768").generateKeyPair();
        KeyPair curvePair = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        Recipient recipient = new Recipient(
                Octets.of(raw(curvePair.getPublic(), X25519_PREFIX)),
                Octets.of(raw(kemPair.getPublic(), ML_KEM_PREFIX)));

        WrappedKey wrapped = recipient.wrap(Samples.sessionKey(), vault, SESSION, new SplittableRandom(6));

        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(curvePair.getPrivate());
        agreement.doPhase(x25519(wrapped.x25519()), true);
        byte[] mlKemSecret = KEM.getInstance("ML-KEM-768")
                .newDecapsulator(kemPair.getPrivate())
                .decapsulate(wrapped.mlKem768().bytes())
                .getEncoded();
        byte[] wrappingKey = WrappedKey.wrappingKey(
                agreement.generateSecret(),
                mlKemSecret,
                vault,
                SESSION,
                wrapped.x25519().bytes(),
                wrapped.mlKem768().bytes(),
                recipient.id());
        assertThat(Sealing.open(
                        wrappingKey, new byte[12], new byte[0], wrapped.sealed().bytes()))
                .contains(counting(0x60, 32));
    }

    @Test
    void anEntryGoesThroughJson() {
        WrappedKey wrapped = Samples.wrappedKey();
        byte[] json = StrictJson.encode(wrapped.write());

        assertThat(WrappedKey.read(StrictJson.parse(json, 4096, DAMAGED))).isEqualTo(wrapped);
        Samples.everyDamage(json, 7, damaged -> {
            Optional<ErrorCode> code = Samples.codeOf(() -> keys.recipientKey()
                    .unwrap(WrappedKey.read(StrictJson.parse(damaged, 4096, DAMAGED)), vault, SESSION, DAMAGED));
            assertThat(code).contains(ErrorCode.VAULT_OBJECT_DAMAGED);
        });
    }

    private void assertDoesNotUnwrap(WrappedKey wrapped, VaultId ofVault, SessionId ofSession) {
        assertThat(Samples.codeOf(() -> keys.recipientKey().unwrap(wrapped, ofVault, ofSession, DAMAGED)))
                .contains(ErrorCode.VAULT_OBJECT_DAMAGED);
    }

    private static Octets flipped(Octets octets, int at, SplittableRandom random) {
        byte[] bytes = octets.bytes();
        // The top bit of an X25519 point is ignored by RFC 7748, but not by the key that follows from it.
        bytes[at] ^= (byte) random.nextInt(1, 256);
        return Octets.of(bytes);
    }

    private static PublicKey mlKemPublicKey(Recipient recipient) throws Exception {
        return KeyFactory.getInstance("ML-KEM-768")
                .generatePublic(new X509EncodedKeySpec(
                        Concatenation.join(ML_KEM_PREFIX, recipient.mlKem768().bytes())));
    }

    private static PublicKey x25519PublicKey(Recipient recipient) throws Exception {
        return x25519(recipient.x25519());
    }

    private static PublicKey x25519(Octets key) throws Exception {
        return KeyFactory.getInstance("X25519")
                .generatePublic(new X509EncodedKeySpec(Concatenation.join(X25519_PREFIX, key.bytes())));
    }

    private static byte[] raw(PublicKey key, byte[] prefix) {
        byte[] encoded = key.getEncoded();
        assertThat(encoded).startsWith(prefix);
        return Arrays.copyOfRange(encoded, prefix.length, encoded.length);
    }
}
