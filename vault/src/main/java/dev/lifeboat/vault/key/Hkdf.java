package dev.lifeboat.vault.key;

import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/** HKDF with HMAC-SHA-256 (RFC 5869): extract, then expand. Thread-safe. */
public final class Hkdf {

    private static final String ALGORITHM = "HKDF-SHA256";

    private Hkdf() {}

    /**
     * Derives bytes from a secret.
     *
     * @param secret the input keying material, at least one byte
     * @param salt may be empty, which is the same as 32 zero bytes
     * @param info what the result is for
     * @param length of the result in bytes, 1 to 8,160
     */
    public static byte[] hkdf(byte[] secret, byte[] salt, byte[] info, int length) {
        HKDFParameterSpec.Builder extract = HKDFParameterSpec.ofExtract().addIKM(secret);
        if (salt.length > 0) {
            extract.addSalt(salt);
        }
        try {
            return KDF.getInstance(ALGORITHM).deriveData(extract.thenExpand(info, length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }
}
