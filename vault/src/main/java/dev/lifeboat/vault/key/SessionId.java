package dev.lifeboat.vault.key;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Which session: 8 random bytes.
 *
 * @param value the bytes as a big-endian number
 */
public record SessionId(long value) {

    /** The length in bytes. */
    public static final int BYTES = Long.BYTES;

    /** An id that no other session has. */
    public static SessionId generate(RandomGenerator random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return of(bytes);
    }

    /** The id of 8 bytes. */
    public static SessionId of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a session id has 8 bytes and not " + bytes.length);
        }
        return new SessionId(ByteBuffer.wrap(bytes).getLong());
    }

    /** The id of 16 lower-case hexadecimal digits; empty for any other text. */
    public static Optional<SessionId> parse(String hex) {
        return Hexadecimal.parse(hex, BYTES).map(SessionId::of);
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
