package dev.lifeboat.vault.pack;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Eight random bytes that name a session, and the first half of the ids of its packs.
 *
 * @param value the bytes, big-endian
 */
public record SessionId(long value) {

    public static SessionId random(RandomGenerator random) {
        return new SessionId(random.nextLong());
    }

    /**
     * From 16 hexadecimal digits.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static SessionId parse(String text) {
        if (text.length() != 16) {
            throw new IllegalArgumentException("a session id of %d characters".formatted(text.length()));
        }
        return new SessionId(HexFormat.fromHexDigitsToLong(text));
    }

    /** As the eight bytes. */
    public byte[] bytes() {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    /** 16 hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(value);
    }
}
