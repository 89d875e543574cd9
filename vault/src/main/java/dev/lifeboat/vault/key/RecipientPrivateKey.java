package dev.lifeboat.vault.key;

import dev.lifeboat.model.LifeboatException;
import java.util.List;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** The private halves of a {@link Recipient}. Thread-safe until it is closed, which erases them. */
public final class RecipientPrivateKey implements AutoCloseable {

    /** The length of the ML-KEM-768 seed, d ‖ z, in bytes. */
    static final int SEED_BYTES = 64;

    private final SecretBytes x25519;
    private final SecretBytes mlKemSeed;
    private final Recipient recipient;

    /** Takes both arrays over. */
    RecipientPrivateKey(byte[] x25519, byte[] mlKemSeed) {
        this.x25519 = SecretBytes.adopt(x25519, X25519.SCALAR_SIZE);
        this.mlKemSeed = SecretBytes.adopt(mlKemSeed, SEED_BYTES);
        byte[] x25519Public = new byte[Recipient.X25519_BYTES];
        X25519.generatePublicKey(x25519, 0, x25519Public, 0);
        this.recipient = new Recipient(
                Octets.of(x25519Public), Octets.of(decapsulationKey().getPublicKey()));
    }

    /** The public halves. */
    public Recipient recipient() {
        return recipient;
    }

    /**
     * Unwraps the session key from the entry that is for this recipient.
     *
     * @param complaint of the object that has the entries
     * @throws LifeboatException what the complaint makes of it
     */
    public SessionKey unwrap(List<WrappedKey> entries, VaultId vault, SessionId session, Complaint complaint) {
        for (WrappedKey entry : entries) {
            if (entry.recipient().equals(recipient.id())) {
                return unwrap(entry, vault, session, complaint);
            }
        }
        throw complaint.because("its session key is wrapped for others, and not for " + recipient.id());
    }

    /**
     * Unwraps a session key.
     *
     * @param complaint of the object that has the entry
     * @throws LifeboatException what the complaint makes of it
     */
    public SessionKey unwrap(WrappedKey wrapped, VaultId vault, SessionId session, Complaint complaint) {
        if (!wrapped.recipient().equals(recipient.id())) {
            throw complaint.because(
                    "its session key is wrapped for %s, and not for %s".formatted(wrapped.recipient(), recipient.id()));
        }
        byte[] x25519Secret = new byte[Recipient.X25519_BYTES];
        byte[] ephemeral = wrapped.x25519().bytes();
        if (!X25519.calculateAgreement(x25519.live(), 0, ephemeral, 0, x25519Secret, 0)) {
            throw complaint.because("its session key is wrapped with a point of low order");
        }
        // A ciphertext that was tampered with gives another secret and no failure: FIPS 203 rejects implicitly.
        byte[] ciphertext = wrapped.mlKem768().bytes();
        byte[] mlKemSecret = new MLKEMExtractor(decapsulationKey()).extractSecret(ciphertext);
        byte[] wrappingKey = WrappedKey.wrappingKey(
                x25519Secret, mlKemSecret, vault, session, ephemeral, ciphertext, recipient.id());
        try {
            return Sealing.open(
                            wrappingKey,
                            new byte[Sealing.NONCE_BYTES],
                            new byte[0],
                            wrapped.sealed().bytes())
                    .map(SessionKey::new)
                    .orElseThrow(() -> complaint.because("its session key does not unwrap"));
        } finally {
            Erasure.erase(wrappingKey);
        }
    }

    private MLKEMPrivateKeyParameters decapsulationKey() {
        return new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, mlKemSeed.live());
    }

    @Override
    public void close() {
        x25519.close();
        mlKemSeed.close();
    }

    @Override
    public String toString() {
        return "RecipientPrivateKey[" + recipient.id() + "]";
    }
}
