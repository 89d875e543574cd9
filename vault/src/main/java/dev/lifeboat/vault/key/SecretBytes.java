package dev.lifeboat.vault.key;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Secret bytes: never shown, compared in constant time, overwritten with zeros when closed. Copies that were handed out
 * are the business of whoever took them. Not thread-safe while it is being closed; otherwise thread-safe.
 */
final class SecretBytes implements AutoCloseable {

    private final byte[] bytes;
    private volatile boolean erased;

    private SecretBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Takes the array over: it is erased with this object, and the caller does not touch it again. */
    static SecretBytes adopt(byte[] bytes, int length) {
        if (bytes.length != length) {
            throw new IllegalArgumentException("the secret has " + bytes.length + " bytes and not " + length);
        }
        return new SecretBytes(bytes);
    }

    /** Keeps a copy of the array. */
    static SecretBytes copyOf(byte[] bytes, int length) {
        return adopt(bytes.clone(), length);
    }

    byte[] copy() {
        return live().clone();
    }

    byte[] derive(byte[] salt, byte[] info, int length) {
        return Hkdf.hkdf(live(), salt, info, length);
    }

    boolean sameAs(SecretBytes other) {
        return MessageDigest.isEqual(live(), other.live());
    }

    /** The array itself, for a computation that keeps no hold of it. */
    byte[] live() {
        if (erased) {
            throw new IllegalStateException("the secret has been erased");
        }
        return bytes;
    }

    @Override
    public void close() {
        erased = true;
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return erased ? "(erased)" : "(secret)";
    }
}
