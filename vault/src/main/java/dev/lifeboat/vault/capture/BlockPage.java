package dev.lifeboat.vault.capture;

import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.SlotAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One page of a {@link BlockTable}, in memory: a ring of entries, the oldest of which makes room for a new one. All
 * numbers are big-endian.
 *
 * <pre>
 * 0    u32 CRC-32C of the table's header ‖ u32 number of the page ‖ all that follows
 * 4    u16 number of entries ‖ u16 where the next one goes
 * 8    entries: [16] fingerprint ‖ [16] pack id ‖ u16 slot ‖ u32 offset ‖ u24 length of the sealed slot
 * </pre>
 *
 * <p>Since the checksum is over header and number too, a page that was written for another table or another place does
 * not pass for one of this. A page that does not pass is empty, and so is a hole in the file. Not for use by several
 * threads at once.
 */
final class BlockPage {

    /** What file systems write at once. */
    static final int BYTES = 4096;

    private static final int ENTRIES_AT = 8;
    private static final int ENTRY_BYTES = 41;

    /** How many entries a page has room for. */
    static final int ENTRIES = (BYTES - ENTRIES_AT) / ENTRY_BYTES;

    private static final int CHECKED_AT = 4;
    private static final int COUNT_AT = 4;
    private static final int NEXT_AT = 6;
    private static final int PACK_AT = 16;
    private static final int SLOT_AT = 32;
    private static final int OFFSET_AT = 34;
    private static final int LENGTH_AT = 38;

    private final byte[] bytes = new byte[BYTES];
    private final ByteBuffer page = ByteBuffer.wrap(bytes);
    private final ByteBuffer pageNumber = ByteBuffer.allocate(Integer.BYTES);
    private final CRC32C checksum = new CRC32C();

    /** What is read from and written to the file. */
    byte[] bytes() {
        return bytes;
    }

    /** Empties the page unless it is one of this table and place. To be called after its bytes were read. */
    void check(byte[] header, int number) {
        if (page.getInt(0) != checksum(header, number) || count() > ENTRIES || next() >= ENTRIES) {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** Sets the checksum. To be called before the bytes are written. */
    void seal(byte[] header, int number) {
        page.putInt(0, checksum(header, number));
    }

    private int checksum(byte[] header, int number) {
        checksum.reset();
        checksum.update(header);
        checksum.update(pageNumber.putInt(0, number).array());
        checksum.update(bytes, CHECKED_AT, BYTES - CHECKED_AT);
        return (int) checksum.getValue();
    }

    Optional<SlotAddress> find(Digest128 fingerprint) {
        int entry = entryOf(fingerprint);
        return entry == count() ? Optional.empty() : Optional.of(addressAt(ENTRIES_AT + entry * ENTRY_BYTES));
    }

    /** Adds an entry, in the place of an older one of this fingerprint or, when the page is full, of the oldest. */
    void put(Digest128 fingerprint, SlotAddress address) {
        requireFits(address);
        int entry = entryOf(fingerprint);
        if (entry == count()) {
            entry = next();
            page.putShort(NEXT_AT, (short) ((entry + 1) % ENTRIES));
            page.putShort(COUNT_AT, (short) Math.max(count(), entry + 1));
        }
        int at = ENTRIES_AT + entry * ENTRY_BYTES;
        page.putLong(at, fingerprint.high()).putLong(at + Long.BYTES, fingerprint.low());
        page.putLong(at + PACK_AT, address.pack().session().value());
        page.putLong(at + PACK_AT + Long.BYTES, address.pack().number());
        page.putShort(at + SLOT_AT, (short) address.slot()).putInt(at + OFFSET_AT, address.offset());
        page.put(at + LENGTH_AT, (byte) (address.length() >>> 16));
        page.putShort(at + LENGTH_AT + 1, (short) address.length());
    }

    /** A number that were cut off would make an entry that is not true. */
    private static void requireFits(SlotAddress address) {
        if ((address.slot() & ~0xFFFF) != 0
                || address.offset() < 0
                || (address.length() & ~SlotAddress.MAX_LENGTH) != 0) {
            throw new IllegalArgumentException("no slot of a pack: " + address);
        }
    }

    /** The number of this fingerprint's entry; the number of entries when there is none. */
    private int entryOf(Digest128 fingerprint) {
        int count = count();
        int entry = 0;
        while (entry < count) {
            int at = ENTRIES_AT + entry * ENTRY_BYTES;
            if (page.getLong(at) == fingerprint.high() && page.getLong(at + Long.BYTES) == fingerprint.low()) {
                break;
            }
            entry++;
        }
        return entry;
    }

    private SlotAddress addressAt(int at) {
        PackId pack = new PackId(new SessionId(page.getLong(at + PACK_AT)), page.getLong(at + PACK_AT + Long.BYTES));
        int slot = Short.toUnsignedInt(page.getShort(at + SLOT_AT));
        int length = (Byte.toUnsignedInt(page.get(at + LENGTH_AT)) << 16)
                | Short.toUnsignedInt(page.getShort(at + LENGTH_AT + 1));
        return new SlotAddress(pack, slot, page.getInt(at + OFFSET_AT), length);
    }

    private int count() {
        return Short.toUnsignedInt(page.getShort(COUNT_AT));
    }

    private int next() {
        return Short.toUnsignedInt(page.getShort(NEXT_AT));
    }
}
