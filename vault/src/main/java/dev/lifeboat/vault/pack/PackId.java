package dev.lifeboat.vault.pack;

import dev.lifeboat.vault.key.SessionId;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The name of a pack: whose session it is of, and its number there. Two packs never have the same.
 *
 * @param session the session that wrote the pack
 * @param number from 1 in each session
 */
public record PackId(SessionId session, long number) implements Comparable<PackId> {

    /** In bytes. */
    public static final int LENGTH = 16;

    private static final String FOLDER = "packs/";

    /** The name of the pack's object in the store. */
    public String objectName() {
        String id = toString();
        return FOLDER + id.substring(id.length() - 2) + "/" + id;
    }

    /**
     * The pack whose object has this name.
     *
     * @throws IllegalArgumentException when no pack has
     */
    public static PackId ofObjectName(String name) {
        PackId id = parse(name.substring(name.lastIndexOf('/') + 1));
        if (!id.objectName().equals(name)) {
            throw new IllegalArgumentException(name + " is no pack's name");
        }
        return id;
    }

    /**
     * From 32 hexadecimal digits, of which the letters are small.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static PackId parse(String text) {
        if (text.length() != 32) {
            throw new IllegalArgumentException("a pack id of %d characters".formatted(text.length()));
        }
        SessionId session = SessionId.parse(text.substring(0, 16))
                .orElseThrow(() -> new IllegalArgumentException(text + " is no pack id"));
        PackId id = new PackId(session, HexFormat.fromHexDigitsToLong(text, 16, 32));
        if (!id.toString().equals(text)) {
            throw new IllegalArgumentException("a pack id with capital letters");
        }
        return id;
    }

    /** From the next 16 bytes. */
    public static PackId read(ByteBuffer from) {
        return new PackId(new SessionId(from.getLong()), from.getLong());
    }

    /** As the next 16 bytes. */
    public void write(ByteBuffer into) {
        into.putLong(session.value()).putLong(number);
    }

    /** As 16 bytes. */
    public byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
        write(bytes);
        return bytes.array();
    }

    @Override
    public int compareTo(PackId other) {
        int bySession = Long.compareUnsigned(session.value(), other.session.value());
        return bySession != 0 ? bySession : Long.compareUnsigned(number, other.number);
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        return session + HexFormat.of().toHexDigits(number);
    }
}
