package dev.lifeboat.vault.key;

import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM (NIST SP 800-38D) for things that are sealed whole and once: the 16-byte tag stands behind the
 * ciphertext. It allocates a cipher for every call, which is nothing to a key or a manifest and too much for blocks.
 * Thread-safe.
 */
public final class Sealing {

    /** The length of a key in bytes. */
    public static final int KEY_BYTES = 32;

    /** The length of a nonce in bytes. */
    public static final int NONCE_BYTES = 12;

    /** By how much a sealed thing is longer than what is in it. */
    public static final int TAG_BYTES = 16;

    private static final String CIPHER = "AES/GCM/NoPadding";

    private Sealing() {}

    /** Encrypts and authenticates. A key never sees the same nonce twice; that is the caller's duty. */
    public static byte[] seal(byte[] key, byte[] nonce, byte[] associated, byte[] plain) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, key, nonce, associated).doFinal(plain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot seal with " + CIPHER, e);
        }
    }

    /** What was sealed; empty if any of key, nonce, associated bytes and sealed bytes is not what it was. */
    public static Optional<byte[]> open(byte[] key, byte[] nonce, byte[] associated, byte[] sealed) {
        if (sealed.length < TAG_BYTES) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    cipher(Cipher.DECRYPT_MODE, key, nonce, associated).doFinal(sealed));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot open with " + CIPHER, e);
        }
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] associated)
            throws GeneralSecurityException {
        if (key.length != KEY_BYTES || nonce.length != NONCE_BYTES) {
            throw new IllegalArgumentException("a key has 32 bytes and a nonce 12");
        }
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
        cipher.updateAAD(associated);
        return cipher;
    }
}
