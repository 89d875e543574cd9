package dev.lifeboat.vault.key;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Which vault: 16 bytes that follow from the root secret, so that a root secret proves whose it is.
 *
 * @param high the first eight bytes, big-endian
 * @param low the last eight
 */
public record VaultId(long high, long low) {

    /** The length in bytes. */
    public static final int BYTES = 16;

    /** The id of 16 bytes. */
    public static VaultId of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a vault id has 16 bytes and not " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new VaultId(buffer.getLong(), buffer.getLong());
    }

    /** The id of 32 lower-case hexadecimal digits; empty for any other text. */
    public static Optional<VaultId> parse(String hex) {
        return Hexadecimal.parse(hex, BYTES).map(VaultId::of);
    }

    /** The 16 bytes. */
    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
    }

    /** The id in 32 lower-case hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }

    @Override
    public String toString() {
        return hex();
    }
}
