package dev.lifeboat.vault.key;

import java.util.random.RandomGenerator;

/**
 * The random key of a session, from which its packs' keys follow. Only the writer of the session and the operator ever
 * have it. Thread-safe until it is closed, which erases it.
 */
public final class SessionKey implements AutoCloseable {

    /** The length in bytes. */
    public static final int BYTES = 32;

    private final SecretBytes secret;

    /** Takes the array over. */
    SessionKey(byte[] secret) {
        this.secret = SecretBytes.adopt(secret, BYTES);
    }

    /** A new session's key. */
    public static SessionKey generate(RandomGenerator random) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        return new SessionKey(secret);
    }

    /** HKDF with the session key as the secret. */
    public byte[] derive(byte[] salt, byte[] info, int length) {
        return secret.derive(salt, info, length);
    }

    /** A copy of the bytes, for what wraps them. */
    byte[] copy() {
        return secret.copy();
    }

    /** Whether it is the same key. */
    public boolean sameAs(SessionKey other) {
        return secret.sameAs(other.secret);
    }

    @Override
    public void close() {
        secret.close();
    }

    @Override
    public String toString() {
        return "SessionKey" + secret;
    }
}
