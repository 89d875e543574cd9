package dev.lifeboat.vault.key;

import tools.jackson.databind.node.ObjectNode;

/**
 * A session key that only one recipient can unwrap; one entry of the list in the object that opens a session.
 *
 * @param recipient who can
 * @param x25519 an ephemeral public key, 32 bytes
 * @param mlKem768 a ciphertext, 1,088 bytes
 * @param sealed the session key under the key that follows from both shared secrets, 48 bytes
 */
public record WrappedKey(RecipientId recipient, Octets x25519, Octets mlKem768, Octets sealed) {

    static final int CIPHERTEXT_BYTES = 1088;
    static final int SEALED_BYTES = SessionKey.BYTES + Sealing.TAG_BYTES;

    /** Requires the lengths. */
    public WrappedKey {
        if (x25519.length() != Recipient.X25519_BYTES
                || mlKem768.length() != CIPHERTEXT_BYTES
                || sealed.length() != SEALED_BYTES) {
            throw new IllegalArgumentException("a wrapped key has 32, 1,088 and 48 bytes");
        }
    }

    /** Reads an entry; complains as the JSON does. */
    public static WrappedKey read(StrictJson json) {
        return new WrappedKey(
                RecipientId.of(json.bytes("recipient", RecipientId.BYTES)),
                Octets.of(json.bytes("x25519", Recipient.X25519_BYTES)),
                Octets.of(json.bytes("ml-kem-768", CIPHERTEXT_BYTES)),
                Octets.of(json.bytes("sealed", SEALED_BYTES)));
    }

    /** The entry as JSON. */
    public ObjectNode write() {
        return StrictJson.object()
                .put("recipient", recipient.hex())
                .put("x25519", x25519.hex())
                .put("ml-kem-768", mlKem768.hex())
                .put("sealed", sealed.hex());
    }

    /** The key that the session key is sealed under. */
    static byte[] wrappingKey(
            byte[] x25519Secret,
            byte[] mlKemSecret,
            VaultId vault,
            SessionId session,
            byte[] x25519,
            byte[] mlKem768,
            RecipientId recipient) {
        byte[] info = Concatenation.join(
                Concatenation.ascii("lifeboat/0 session"),
                vault.bytes(),
                session.bytes(),
                x25519,
                Concatenation.sha256(mlKem768),
                recipient.bytes());
        byte[] secret = Concatenation.join(x25519Secret, mlKemSecret);
        try {
            return Hkdf.hkdf(secret, new byte[0], info, Sealing.KEY_BYTES);
        } finally {
            Erasure.erase(secret, x25519Secret, mlKemSecret);
        }
    }
}
