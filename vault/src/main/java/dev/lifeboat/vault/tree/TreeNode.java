package dev.lifeboat.vault.tree;

import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.SlotAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * A node of a tree: 64 entries, each never written, zero, or stored somewhere.
 *
 * <pre>
 * u8 level ‖ u8 p ‖ u64 stored ‖ u64 zero ‖ p × [16] pack ids
 * for each stored entry:  u8 pack ‖ u16 slot ‖ u32 offset ‖ u24 length ‖ [16] digest
 * </pre>
 *
 * Mutable until somebody else has it; then it is only read, and may be shared by threads.
 */
public final class TreeNode {

    /** The number of entries. */
    public static final int FANOUT = 1 << TreeShape.FANOUT_SHIFT;

    /** No encoded node is longer. */
    static final int MAX_ENCODED = 18 + FANOUT * (PackId.LENGTH + 26);

    private static final int FRONT_LENGTH = 18;
    private static final int ENTRY_LENGTH = 26;
    private static final byte[] HASH_LABEL = "lifeboat/0 node".getBytes(StandardCharsets.US_ASCII);

    private final int level;
    private long stored;
    private long zero;
    private final PackId[] packs = new PackId[FANOUT];
    private final int[] slots = new int[FANOUT];
    private final int[] offsets = new int[FANOUT];
    private final int[] lengths = new int[FANOUT];
    private final long[] digests = new long[2 * FANOUT];

    /**
     * A node in which nothing was ever written.
     *
     * @param level 0 for a leaf
     */
    public TreeNode(int level) {
        this.level = level;
    }

    /** The same entries again, to be changed. */
    public TreeNode copy() {
        TreeNode copy = new TreeNode(level);
        copy.stored = stored;
        copy.zero = zero;
        System.arraycopy(packs, 0, copy.packs, 0, FANOUT);
        System.arraycopy(slots, 0, copy.slots, 0, FANOUT);
        System.arraycopy(offsets, 0, copy.offsets, 0, FANOUT);
        System.arraycopy(lengths, 0, copy.lengths, 0, FANOUT);
        System.arraycopy(digests, 0, copy.digests, 0, 2 * FANOUT);
        return copy;
    }

    /** 0 for a leaf. */
    public int level() {
        return level;
    }

    public boolean isStored(int entry) {
        return (stored >>> entry & 1) != 0;
    }

    public boolean isZero(int entry) {
        return (zero >>> entry & 1) != 0;
    }

    /** The stored entries: bit i is entry i. */
    public long storedBits() {
        return stored;
    }

    /** The zero entries: bit i is entry i. */
    public long zeroBits() {
        return zero;
    }

    /** Where a stored entry is. */
    public SlotAddress address(int entry) {
        return new SlotAddress(packs[entry], slots[entry], offsets[entry], lengths[entry]);
    }

    /** The fingerprint or hash of a stored entry. */
    public Digest128 digest(int entry) {
        return new Digest128(digests[2 * entry], digests[2 * entry + 1]);
    }

    /** Whether an entry is stored and has this digest. */
    public boolean holds(int entry, Digest128 digest) {
        return isStored(entry) && digests[2 * entry] == digest.high() && digests[2 * entry + 1] == digest.low();
    }

    /** Makes an entry one that was never written. */
    public void setNever(int entry) {
        stored &= ~(1L << entry);
        zero &= ~(1L << entry);
    }

    /** Makes an entry zero. */
    public void setZero(int entry) {
        stored &= ~(1L << entry);
        zero |= 1L << entry;
    }

    /** Makes an entry stored. */
    public void setStored(int entry, SlotAddress address, Digest128 digest) {
        stored |= 1L << entry;
        zero &= ~(1L << entry);
        packs[entry] = address.pack();
        slots[entry] = address.slot();
        offsets[entry] = address.offset();
        lengths[entry] = address.length();
        digests[2 * entry] = digest.high();
        digests[2 * entry + 1] = digest.low();
    }

    /** Makes all entries from this one on such that were never written. */
    void clearFrom(int entry) {
        if (entry < FANOUT) {
            long kept = (1L << entry) - 1;
            stored &= kept;
            zero &= kept;
        }
    }

    /** Whether any entry from this one on was written. */
    boolean reachesBeyond(int entry) {
        return entry < FANOUT && (stored | zero) >>> entry != 0;
    }

    /** Whether nothing under it was ever written. */
    public boolean isNever() {
        return stored == 0 && zero == 0;
    }

    /** Whether everything under it is zero. */
    public boolean isAllZero() {
        return zero == -1L;
    }

    /** The digest of what is under it, wherever that is stored. */
    public Digest128 hash() {
        ByteBuffer input = ByteBuffer.allocate(HASH_LABEL.length + 1 + 2 * Long.BYTES + FANOUT * Digest128.LENGTH);
        input.put(HASH_LABEL).put((byte) level).putLong(stored).putLong(zero);
        for (int entry = 0; entry < FANOUT; entry++) {
            if (isStored(entry)) {
                input.putLong(digests[2 * entry]).putLong(digests[2 * entry + 1]);
            }
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(input.flip());
            return Digest128.first(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    /** The bytes of the node. */
    public byte[] encode() {
        List<PackId> named = new ArrayList<>();
        int[] indexes = new int[FANOUT];
        for (int entry = 0; entry < FANOUT; entry++) {
            if (isStored(entry)) {
                indexes[entry] = indexIn(named, packs[entry]);
            }
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(FRONT_LENGTH + named.size() * PackId.LENGTH + Long.bitCount(stored) * ENTRY_LENGTH);
        bytes.put((byte) level).put((byte) named.size()).putLong(stored).putLong(zero);
        named.forEach(pack -> pack.write(bytes));
        for (int entry = 0; entry < FANOUT; entry++) {
            if (isStored(entry)) {
                bytes.put((byte) indexes[entry]).putShort((short) slots[entry]).putInt(offsets[entry]);
                bytes.put((byte) (lengths[entry] >> 16)).putShort((short) lengths[entry]);
                bytes.putLong(digests[2 * entry]).putLong(digests[2 * entry + 1]);
            }
        }
        return bytes.array();
    }

    /**
     * The node with these bytes.
     *
     * @throws IllegalArgumentException when they are no node's, saying why
     */
    public static TreeNode decode(ByteBuffer bytes) {
        if (bytes.remaining() < FRONT_LENGTH) {
            throw new IllegalArgumentException("it is cut off");
        }
        TreeNode node = new TreeNode(Byte.toUnsignedInt(bytes.get()));
        int packCount = Byte.toUnsignedInt(bytes.get());
        node.stored = bytes.getLong();
        node.zero = bytes.getLong();
        int storedCount = Long.bitCount(node.stored);
        if ((node.stored & node.zero) != 0 || packCount > storedCount) {
            throw new IllegalArgumentException("its entries contradict each other");
        }
        if (bytes.remaining() != packCount * PackId.LENGTH + storedCount * ENTRY_LENGTH) {
            throw new IllegalArgumentException("it has a wrong length");
        }
        PackId[] named = new PackId[packCount];
        for (int i = 0; i < packCount; i++) {
            named[i] = PackId.read(bytes);
        }
        for (int entry = 0; entry < FANOUT; entry++) {
            if (node.isStored(entry)) {
                node.readEntry(entry, named, bytes);
            }
        }
        return node;
    }

    private void readEntry(int entry, PackId[] named, ByteBuffer bytes) {
        int pack = Byte.toUnsignedInt(bytes.get());
        if (pack >= named.length) {
            throw new IllegalArgumentException("an entry names no pack");
        }
        packs[entry] = named[pack];
        slots[entry] = Short.toUnsignedInt(bytes.getShort());
        offsets[entry] = bytes.getInt();
        if (slots[entry] >= SlotAddress.MAX_SLOTS || offsets[entry] < 0) {
            throw new IllegalArgumentException("an entry lies beyond the end of any pack");
        }
        lengths[entry] = Byte.toUnsignedInt(bytes.get()) << 16 | Short.toUnsignedInt(bytes.getShort());
        digests[2 * entry] = bytes.getLong();
        digests[2 * entry + 1] = bytes.getLong();
    }

    private static int indexIn(List<PackId> named, PackId pack) {
        int index = named.indexOf(pack);
        if (index < 0) {
            named.add(pack);
            return named.size() - 1;
        }
        return index;
    }
}
