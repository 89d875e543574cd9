package dev.lifeboat.vault.key;

import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The public half of an Ed25519 key (RFC 8032). Immutable and thread-safe.
 *
 * @param encoded its 32 bytes
 */
public record VerifyingKey(Octets encoded) {

    /** The length in bytes. */
    public static final int BYTES = Ed25519.PUBLIC_KEY_SIZE;

    /** The length of a signature in bytes. */
    public static final int SIGNATURE_BYTES = Ed25519.SIGNATURE_SIZE;

    /** Requires 32 bytes. Bytes that are no point of the curve make a key with which nothing verifies. */
    public VerifyingKey {
        if (encoded.length() != BYTES) {
            throw new IllegalArgumentException("an Ed25519 public key has 32 bytes and not " + encoded.length());
        }
    }

    /** The key of 32 bytes. */
    public static VerifyingKey of(byte[] encoded) {
        return new VerifyingKey(Octets.of(encoded));
    }

    /** The 32 bytes. */
    public byte[] bytes() {
        return encoded.bytes();
    }

    /** Whether this key made the signature over the message. */
    public boolean verifies(byte[] message, byte[] signature) {
        return verifies(message, message.length, signature, 0);
    }

    /** Whether this key made the signature over the first bytes of the message. */
    boolean verifies(byte[] message, int messageLength, byte[] signature, int signatureOffset) {
        return signature.length - signatureOffset >= SIGNATURE_BYTES
                && Ed25519.verify(signature, signatureOffset, encoded.bytes(), 0, message, 0, messageLength);
    }
}
