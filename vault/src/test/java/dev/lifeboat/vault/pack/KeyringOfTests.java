package dev.lifeboat.vault.pack;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** A key for every pack and kind, each following from one byte. */
record KeyringOfTests(int secret) implements PackKeys {

    @Override
    public SecretKey of(PackId pack, SlotKind kind) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(ByteBuffer.allocate(5)
                    .putInt(secret)
                    .put((byte) kind.code())
                    .flip());
            return new SecretKeySpec(sha256.digest(pack.bytes()), "AES");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
