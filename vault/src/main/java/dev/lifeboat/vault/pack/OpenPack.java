package dev.lifeboat.vault.pack;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/**
 * A pack that is being filled, in a buffer of fixed size. Places are given out under the lock of its
 * {@link PackWriter}; each is filled by its own thread. When it is closed and all its places are filled, it is
 * complete.
 */
final class OpenPack {

    private static final int FIRST_SLOTS = 512;

    private final PackId id;
    private final byte[] bytes;
    private int end = PackLayout.HEADER_LENGTH;
    private int count;
    private SlotKind last = SlotKind.BLOCK;
    private byte[] kinds = new byte[FIRST_SLOTS];
    private int[] lengths = new int[FIRST_SLOTS];
    private int[] checksums = new int[FIRST_SLOTS];
    private long[] digests = new long[2 * FIRST_SLOTS];

    /** One for every place that is not filled yet, and one while the pack is open. */
    private final AtomicInteger unfinished = new AtomicInteger(1);

    OpenPack(PackId id, byte[] bytes) {
        this.id = id;
        this.bytes = bytes;
    }

    PackId id() {
        return id;
    }

    byte[] bytes() {
        return bytes;
    }

    int count() {
        return count;
    }

    SlotKind kind(int slot) {
        return SlotKind.of(kinds[slot]);
    }

    Digest128 digest(int slot) {
        return new Digest128(digests[2 * slot], digests[2 * slot + 1]);
    }

    int length(int slot) {
        return lengths[slot];
    }

    /** Whether a slot of this length may be the next: there is room, and blocks never follow nodes. */
    boolean takes(SlotKind kind, int length) {
        long behind = (long) (count + 1) * PackLayout.ENTRY_LENGTH + PackLayout.TRAILER_LENGTH;
        return end + length + behind <= bytes.length
                && count < SlotAddress.MAX_SLOTS
                && !(kind == SlotKind.BLOCK && last == SlotKind.NODE);
    }

    SlotAddress reserve(SlotKind kind, int length, Digest128 digest) {
        if (count == kinds.length) {
            int more = Math.min(2 * count, SlotAddress.MAX_SLOTS);
            kinds = Arrays.copyOf(kinds, more);
            lengths = Arrays.copyOf(lengths, more);
            checksums = Arrays.copyOf(checksums, more);
            digests = Arrays.copyOf(digests, 2 * more);
        }
        SlotAddress address = new SlotAddress(id, count, end, length);
        kinds[count] = (byte) kind.code();
        lengths[count] = length;
        digests[2 * count] = digest.high();
        digests[2 * count + 1] = digest.low();
        last = kind;
        count++;
        end += length;
        unfinished.incrementAndGet();
        return address;
    }

    /** Called under the lock of the writer, like everything that touches the table while the pack is open. */
    void sealed(int slot, int checksum) {
        checksums[slot] = checksum;
    }

    /** Tells whether that was the last thing that the pack waited for. */
    boolean finishOne() {
        return unfinished.decrementAndGet() == 0;
    }

    /**
     * Puts header and table around the slots.
     *
     * @return the bytes of the finished pack
     */
    ByteBuffer complete() {
        ByteBuffer pack = ByteBuffer.wrap(bytes);
        pack.position(end);
        for (int slot = 0; slot < count; slot++) {
            pack.putInt((kinds[slot] << 24) | lengths[slot]).putInt(checksums[slot]);
        }
        CRC32C table = new CRC32C();
        table.update(bytes, end, pack.position() - end);
        pack.putInt(count).putInt(end).putInt((int) table.getValue()).put(PackLayout.END_MAGIC);
        PackLayout.writeHeader(pack, id, pack.position());
        return pack.flip();
    }

    /** The number of the first slot that is no longer what was sealed, or -1: asked right before the pack leaves. */
    int firstAltered() {
        CRC32C checksum = new CRC32C();
        int offset = PackLayout.HEADER_LENGTH;
        for (int slot = 0; slot < count; slot++) {
            checksum.reset();
            checksum.update(bytes, offset, lengths[slot]);
            if ((int) checksum.getValue() != checksums[slot]) {
                return slot;
            }
            offset += lengths[slot];
        }
        return -1;
    }
}
