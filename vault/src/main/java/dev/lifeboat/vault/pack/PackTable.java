package dev.lifeboat.vault.pack;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The table at the end of a pack: where its slots are. Read without any key. It is a claim of the store: only a slot's
 * tag proves that the slot is there.
 *
 * @param id the pack
 * @param entries its slots, by number
 */
public record PackTable(PackId id, List<Entry> entries) {

    /**
     * One slot.
     *
     * @param kind what it holds
     * @param address where it is
     * @param checksum CRC-32C of the sealed slot
     */
    public record Entry(SlotKind kind, SlotAddress address, int checksum) {

        /** Whether these are the bytes that were sealed, as far as a checksum can tell. */
        public boolean matches(byte[] sealed, int from) {
            CRC32C actual = new CRC32C();
            actual.update(sealed, from, address.length());
            return (int) actual.getValue() == checksum;
        }
    }

    /** Reads a part of the pack's object. */
    @FunctionalInterface
    public interface RangeReader {

        /** Fills the buffer from this offset on. */
        void read(long offset, ByteBuffer into);
    }

    public PackTable {
        entries = List.copyOf(entries);
    }

    /**
     * Reads and checks header, trailer and table.
     *
     * @param objectLength how long the object is in the store
     * @throws LifeboatException with {@link ErrorCode#VAULT_OBJECT_DAMAGED} or {@link ErrorCode#VAULT_FORMAT_UNKNOWN}
     */
    public static PackTable read(PackId id, long objectLength, RangeReader object) {
        if (objectLength < PackLayout.HEADER_LENGTH + PackLayout.TRAILER_LENGTH
                || objectLength > PackLayout.MAX_LENGTH) {
            throw damaged(id, "has a length of %d bytes".formatted(objectLength));
        }
        int length = (int) objectLength;
        readHeader(id, length, read(id, object, 0, PackLayout.HEADER_LENGTH));
        ByteBuffer trailer = read(id, object, length - PackLayout.TRAILER_LENGTH, PackLayout.TRAILER_LENGTH);
        int count = trailer.getInt();
        int tableAt = trailer.getInt();
        int checksum = trailer.getInt();
        byte[] magic = new byte[PackLayout.END_MAGIC.length];
        trailer.get(magic);
        if (!Arrays.equals(magic, PackLayout.END_MAGIC)) {
            throw damaged(id, "does not end like a pack");
        }
        if (count < 0
                || count > SlotAddress.MAX_SLOTS
                || tableAt != length - PackLayout.TRAILER_LENGTH - count * PackLayout.ENTRY_LENGTH
                || tableAt < PackLayout.HEADER_LENGTH) {
            throw damaged(id, "has a table of impossible size");
        }
        ByteBuffer table = read(id, object, tableAt, count * PackLayout.ENTRY_LENGTH);
        CRC32C actual = new CRC32C();
        actual.update(table.duplicate());
        if ((int) actual.getValue() != checksum) {
            throw damaged(id, "has a table with a wrong checksum");
        }
        return new PackTable(id, entries(id, count, tableAt, table));
    }

    private static void readHeader(PackId id, int length, ByteBuffer header) {
        byte[] magic = new byte[PackLayout.MAGIC.length];
        header.get(magic);
        byte kind = header.get();
        int version = Byte.toUnsignedInt(header.get());
        int flags = Short.toUnsignedInt(header.getShort());
        int rest = header.getInt();
        if (!Arrays.equals(magic, PackLayout.MAGIC) || kind != PackLayout.KIND) {
            throw damaged(id, "does not begin like a pack");
        }
        if (version != PackLayout.VERSION) {
            throw new LifeboatException(
                    ErrorCode.VAULT_FORMAT_UNKNOWN, "%s has format version %d.".formatted(id.objectName(), version));
        }
        if (flags != 0) {
            throw new LifeboatException(
                    ErrorCode.VAULT_FORMAT_UNKNOWN, "%s has unknown flags %04x.".formatted(id.objectName(), flags));
        }
        if (rest != length - 16 || !PackId.read(header).equals(id)) {
            throw damaged(id, "has a header of another pack");
        }
    }

    private static List<Entry> entries(PackId id, int count, int tableAt, ByteBuffer table) {
        List<Entry> entries = new ArrayList<>(count);
        int offset = PackLayout.HEADER_LENGTH;
        SlotKind last = SlotKind.BLOCK;
        for (int slot = 0; slot < count; slot++) {
            int kindAndLength = table.getInt();
            int slotLength = kindAndLength & SlotAddress.MAX_LENGTH;
            SlotKind kind;
            try {
                kind = SlotKind.of(kindAndLength >>> 24);
            } catch (IllegalArgumentException e) {
                throw damaged(id, "has " + e.getMessage());
            }
            if (kind == SlotKind.BLOCK && last == SlotKind.NODE) {
                throw damaged(id, "has a block behind a node");
            }
            last = kind;
            if (offset + slotLength > tableAt) {
                throw damaged(id, "has slots that reach into its table");
            }
            entries.add(new Entry(kind, new SlotAddress(id, slot, offset, slotLength), table.getInt()));
            offset += slotLength;
        }
        if (offset != tableAt) {
            throw damaged(id, "has bytes that belong to no slot");
        }
        return entries;
    }

    private static ByteBuffer read(PackId id, RangeReader object, int offset, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        object.read(offset, bytes);
        if (bytes.hasRemaining()) {
            throw damaged(id, "is cut off");
        }
        return bytes.flip();
    }

    private static LifeboatException damaged(PackId id, String how) {
        return new LifeboatException(ErrorCode.VAULT_OBJECT_DAMAGED, "%s %s.".formatted(id.objectName(), how));
    }
}
