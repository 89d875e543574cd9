package dev.lifeboat.vault.key;

import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** The private half of an Ed25519 key (RFC 8032), kept as its seed. Thread-safe until it is closed. */
final class SigningKey implements AutoCloseable {

    static final int SEED_BYTES = Ed25519.SECRET_KEY_SIZE;

    private final SecretBytes seed;
    private final VerifyingKey verifyingKey;

    /** Takes the seed over. */
    SigningKey(byte[] seed) {
        this.seed = SecretBytes.adopt(seed, SEED_BYTES);
        byte[] encoded = new byte[VerifyingKey.BYTES];
        Ed25519.generatePublicKey(seed, 0, encoded, 0);
        this.verifyingKey = VerifyingKey.of(encoded);
    }

    VerifyingKey verifyingKey() {
        return verifyingKey;
    }

    byte[] sign(byte[] message, int length) {
        byte[] signature = new byte[VerifyingKey.SIGNATURE_BYTES];
        Ed25519.sign(seed.live(), 0, message, 0, length, signature, 0);
        return signature;
    }

    byte[] sign(byte[] message) {
        return sign(message, message.length);
    }

    byte[] seed() {
        return seed.copy();
    }

    @Override
    public void close() {
        seed.close();
    }
}
