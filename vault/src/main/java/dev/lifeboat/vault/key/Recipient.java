package dev.lifeboat.vault.key;

import java.util.random.RandomGenerator;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * To whom session keys are wrapped: the public halves of an X25519 and an ML-KEM-768 key (RFC 7748, FIPS 203). Whoever
 * wants to unwrap without the private halves has to break both. Immutable and thread-safe.
 */
public final class Recipient {

    /** The length of the X25519 public key in bytes. */
    public static final int X25519_BYTES = X25519.POINT_SIZE;

    /** The length of the ML-KEM-768 encapsulation key in bytes. */
    public static final int ML_KEM_768_BYTES = 1184;

    private static final int ENCAPSULATION_RANDOM_BYTES = 32;

    private final Octets x25519;
    private final Octets mlKem768;
    private final MLKEMPublicKeyParameters encapsulationKey;
    private final RecipientId id;

    /**
     * Takes the encoded keys.
     *
     * @throws IllegalArgumentException for a wrong length, or an encapsulation key that FIPS 203, section 7.2, refuses
     */
    public Recipient(Octets x25519, Octets mlKem768) {
        if (x25519.length() != X25519_BYTES || mlKem768.length() != ML_KEM_768_BYTES) {
            throw new IllegalArgumentException("a recipient's keys have 32 and 1,184 bytes");
        }
        this.x25519 = x25519;
        this.mlKem768 = mlKem768;
        this.encapsulationKey = new MLKEMPublicKeyParameters(MLKEMParameters.ml_kem_768, mlKem768.bytes());
        this.id = RecipientId.of(x25519, mlKem768);
    }

    public RecipientId id() {
        return id;
    }

    /** The X25519 public key. */
    public Octets x25519() {
        return x25519;
    }

    /** The ML-KEM-768 encapsulation key. */
    public Octets mlKem768() {
        return mlKem768;
    }

    /** Wraps a session's key. It is bound to vault and session: in another place it does not unwrap. */
    public WrappedKey wrap(SessionKey sessionKey, VaultId vault, SessionId session, RandomGenerator random) {
        byte[] ephemeral = new byte[X25519.SCALAR_SIZE];
        random.nextBytes(ephemeral);
        byte[] ephemeralPublic = new byte[X25519_BYTES];
        X25519.generatePublicKey(ephemeral, 0, ephemeralPublic, 0);
        byte[] x25519Secret = new byte[X25519_BYTES];
        if (!X25519.calculateAgreement(ephemeral, 0, x25519.bytes(), 0, x25519Secret, 0)) {
            throw new IllegalArgumentException("the recipient's X25519 key is a point of low order");
        }

        byte[] message = new byte[ENCAPSULATION_RANDOM_BYTES];
        random.nextBytes(message);
        SecretWithEncapsulation encapsulated = MLKEMGenerator.internalGenerateEncapsulated(encapsulationKey, message);
        byte[] ciphertext = encapsulated.getEncapsulation();

        byte[] wrappingKey = WrappedKey.wrappingKey(
                x25519Secret, encapsulated.getSecret(), vault, session, ephemeralPublic, ciphertext, id);
        byte[] plain = sessionKey.copy();
        try {
            // The key is new with every wrapping, so that its only nonce may be zero.
            byte[] sealed = Sealing.seal(wrappingKey, new byte[Sealing.NONCE_BYTES], new byte[0], plain);
            return new WrappedKey(id, Octets.of(ephemeralPublic), Octets.of(ciphertext), Octets.of(sealed));
        } finally {
            Erasure.erase(ephemeral, message, wrappingKey, plain);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Recipient recipient
                && x25519.equals(recipient.x25519)
                && mlKem768.equals(recipient.mlKem768);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "Recipient[" + id + "]";
    }
}
