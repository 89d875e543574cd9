package dev.lifeboat.vault.pack;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The first 16 bytes of a hash: a block's fingerprint or a node's hash.
 *
 * @param high the first eight bytes
 * @param low the last eight bytes
 */
public record Digest128(long high, long low) {

    /** In bytes. */
    public static final int LENGTH = 16;

    /** The first 16 bytes of a longer hash. */
    public static Digest128 first(byte[] hash) {
        ByteBuffer bytes = ByteBuffer.wrap(hash);
        return new Digest128(bytes.getLong(), bytes.getLong());
    }

    /** In hexadecimal. */
    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(high) + hex.toHexDigits(low);
    }
}
