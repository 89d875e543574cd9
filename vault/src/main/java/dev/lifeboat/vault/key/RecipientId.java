package dev.lifeboat.vault.key;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Tells recipients apart: the first 8 bytes of SHA-256 of their two public keys.
 *
 * @param value the bytes as a big-endian number
 */
public record RecipientId(long value) {

    /** The length in bytes. */
    public static final int BYTES = Long.BYTES;

    /** The id of 8 bytes. */
    public static RecipientId of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a recipient's id has 8 bytes and not " + bytes.length);
        }
        return new RecipientId(ByteBuffer.wrap(bytes).getLong());
    }

    static RecipientId of(Octets x25519, Octets mlKem768) {
        return of(Arrays.copyOf(Concatenation.sha256(x25519.bytes(), mlKem768.bytes()), BYTES));
    }

    /** The 8 bytes. */
    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(value).array();
    }

    /** The id in 16 lower-case hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }

    @Override
    public String toString() {
        return hex();
    }
}
