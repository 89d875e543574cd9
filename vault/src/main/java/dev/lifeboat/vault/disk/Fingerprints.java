package dev.lifeboat.vault.disk;

import dev.lifeboat.vault.pack.Digest128;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Fingerprints of blocks: the first 16 bytes of HMAC-SHA-256. Not for use by several threads at once. */
public final class Fingerprints {

    private final Mac mac;

    public Fingerprints(byte[] fingerprintKey) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(fingerprintKey, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HMAC-SHA-256", e);
        }
    }

    /** The fingerprint of a block. */
    public Digest128 of(byte[] block, int from, int length) {
        mac.update(block, from, length);
        return Digest128.first(mac.doFinal());
    }
}
