package dev.lifeboat.vault.pack;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a pack.
 *
 * <pre>
 * 0    "LIFEBOAT" ‖ u8 'P' ‖ u8 version ‖ u16 flags ‖ u32 length of all that follows
 * 16   [16] pack id
 * 32   sealed slots, one behind the other
 * t    slot table: for each slot  u8 kind ‖ u24 sealed length ‖ u32 CRC-32C of the sealed slot
 *      u32 number of slots ‖ u32 t ‖ u32 CRC-32C of the slot table ‖ "PACK"
 * </pre>
 */
final class PackLayout {

    static final byte[] MAGIC = "LIFEBOAT".getBytes(StandardCharsets.US_ASCII);
    static final byte KIND = 'P';
    static final byte VERSION = 0;
    static final byte[] END_MAGIC = "PACK".getBytes(StandardCharsets.US_ASCII);

    /** What is before the first slot, in bytes. */
    static final int HEADER_LENGTH = 32;

    /** One slot's part of the table, in bytes. */
    static final int ENTRY_LENGTH = 8;

    /** What is behind the table, in bytes. */
    static final int TRAILER_LENGTH = 16;

    /** No pack is longer, so that nobody reserves more memory for one. */
    static final int MAX_LENGTH = 64 << 20;

    private static final int LENGTH_AT = 12;
    private static final int FRONT_LENGTH = 16;

    private PackLayout() {}

    static void writeHeader(ByteBuffer pack, PackId id, int packLength) {
        pack.put(0, MAGIC).put(8, KIND).put(9, VERSION).putShort(10, (short) 0);
        pack.putInt(LENGTH_AT, packLength - FRONT_LENGTH);
        pack.put(FRONT_LENGTH, id.bytes());
    }
}
