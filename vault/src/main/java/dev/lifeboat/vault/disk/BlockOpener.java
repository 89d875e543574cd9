package dev.lifeboat.vault.disk;

import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.pack.PackKeys;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.pack.SlotKind;
import dev.lifeboat.vault.pack.SlotOpener;
import dev.lifeboat.vault.pack.Zstandard;
import dev.lifeboat.vault.tree.TreeNode;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Fetches blocks of a leaf and opens them. Blocks that lie one behind the other in the store, as they do where they
 * were written together, are fetched by one ranged read. Not for use by several threads at once.
 */
public final class BlockOpener {

    /** The most that one ranged read fetches. */
    private static final int MAX_RUN = 4 << 20;

    private final SealedSlots slots;
    private final SlotOpener opener;
    private final Fingerprints fingerprints;
    private final byte[] single = new byte[Block.SIZE];
    private byte[] sealed = new byte[Block.SIZE + 1024];

    /**
     * A new one, for one thread at a time.
     *
     * @param fingerprintKey for checking that a block is the one that the tree means
     */
    public BlockOpener(SealedSlots slots, byte[] vaultId, PackKeys keys, byte[] fingerprintKey) {
        this.slots = slots;
        this.opener = new SlotOpener(SlotKind.BLOCK, vaultId, keys, new Zstandard(Zstandard.LEVEL));
        this.fingerprints = new Fingerprints(fingerprintKey);
    }

    /**
     * Reads blocks of a leaf. What is not stored is zero.
     *
     * @param firstBlock the number of the leaf's first block on its disk
     * @param diskBytes the size of the disk
     * @param from the first entry to read
     * @param to the entry before which to stop
     * @param into takes the blocks, each 64 KiB behind the one before
     * @throws dev.lifeboat.model.LifeboatException when a block is missing or damaged
     */
    public void read(TreeNode leaf, long firstBlock, long diskBytes, int from, int to, byte[] into) {
        for (int entry = from; entry < to; entry++) {
            if (!leaf.isStored(entry)) {
                int at = (entry - from) * Block.SIZE;
                Arrays.fill(into, at, Math.min(at + Block.SIZE, into.length), (byte) 0);
            }
        }
        readStored(leaf, firstBlock, diskBytes, from, to, new Room() {
            @Override
            public byte[] array(int entry) {
                return into;
            }

            @Override
            public int at(int entry) {
                return (entry - from) * Block.SIZE;
            }
        });
    }

    /**
     * As {@link #read}, each block into an array of its own.
     *
     * @param into takes the blocks, each in 64 KiB; what is not stored stays as it is
     */
    public void read(TreeNode leaf, long firstBlock, long diskBytes, int from, int to, byte[][] into) {
        readStored(leaf, firstBlock, diskBytes, from, to, new Room() {
            @Override
            public byte[] array(int entry) {
                return into[entry - from];
            }

            @Override
            public int at(int entry) {
                return 0;
            }
        });
    }

    /** Where the content of an entry goes. */
    private interface Room {
        byte[] array(int entry);

        int at(int entry);
    }

    private void readStored(TreeNode leaf, long firstBlock, long diskBytes, int from, int to, Room into) {
        int entry = from;
        while (entry < to) {
            int end = entry + 1;
            if (leaf.isStored(entry)) {
                end = endOfRun(leaf, entry, to);
                readRun(leaf, firstBlock, diskBytes, entry, end, into);
            }
            entry = end;
        }
    }

    private static int endOfRun(TreeNode leaf, int start, int to) {
        SlotAddress last = leaf.address(start);
        int length = last.length();
        int end = start + 1;
        while (end < to && leaf.isStored(end)) {
            SlotAddress next = leaf.address(end);
            if (!next.pack().equals(last.pack())
                    || next.offset() != last.offset() + last.length()
                    || length + next.length() > MAX_RUN) {
                break;
            }
            length += next.length();
            last = next;
            end++;
        }
        return end;
    }

    private void readRun(TreeNode leaf, long firstBlock, long diskBytes, int start, int end, Room room) {
        SlotAddress first = leaf.address(start);
        SlotAddress last = leaf.address(end - 1);
        int length = last.offset() + last.length() - first.offset();
        if (sealed.length < length) {
            sealed = new byte[length];
        }
        boolean fetched = slots.readRun(first.pack(), first.offset(), ByteBuffer.wrap(sealed, 0, length));
        for (int entry = start; entry < end; entry++) {
            SlotAddress address = leaf.address(entry);
            int expected = Block.length(firstBlock + entry, diskBytes);
            byte[] into = room.array(entry);
            int at = room.at(entry);
            int opened = fetched
                    ? opener.open(
                            address.pack(),
                            address.slot(),
                            sealed,
                            address.offset() - first.offset(),
                            address.length(),
                            into,
                            at,
                            expected)
                    : -1;
            if (opened < 0) {
                opened = slots.openByTable(address, SlotKind.BLOCK, opener, single);
                System.arraycopy(single, 0, into, at, Math.min(opened, expected));
            }
            if (opened != expected || !leaf.holds(entry, fingerprints.of(into, at, expected))) {
                throw SealedSlots.damaged(address, "holds another block than its tree says");
            }
        }
    }
}
