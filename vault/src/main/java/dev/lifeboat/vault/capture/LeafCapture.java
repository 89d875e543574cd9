package dev.lifeboat.vault.capture;

import dev.lifeboat.vault.disk.Fingerprints;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.PackWriter;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.pack.SlotSealer;
import dev.lifeboat.vault.tree.TreeNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * Takes blocks of one leaf at a time: zero? same as before at this place? known elsewhere? else sealed into a pack. Not
 * for use by several threads at once.
 */
final class LeafCapture {

    private final Fingerprints fingerprints;
    private final SlotSealer sealer;
    private final KnownBlocks known;
    private final PackWriter packs;
    private final byte[] content = new byte[TreeNode.FANOUT * Block.SIZE];

    LeafCapture(Fingerprints fingerprints, SlotSealer sealer, KnownBlocks known, PackWriter packs) {
        this.fingerprints = fingerprints;
        this.sealer = sealer;
        this.known = known;
        this.packs = packs;
    }

    /**
     * Takes the blocks of a leaf.
     *
     * @param leaf as it was; it is changed
     * @param blocks which of its blocks to look at: bit i is block i
     */
    LeafChange capture(DiskSource source, long index, TreeNode leaf, long blocks)
            throws IOException, InterruptedException {
        int storedBefore = Long.bitCount(leaf.storedBits());
        Tally tally = new Tally();
        long first = index * TreeNode.FANOUT;
        int count = (int) Math.min(TreeNode.FANOUT, Block.count(source.size()) - first);
        long inside = count == TreeNode.FANOUT ? blocks : blocks & ((1L << count) - 1);
        long data = inside == 0 ? 0 : source.dataBlocks(first * Block.SIZE, count) & inside;
        for (long holes = inside & ~data; holes != 0; holes &= holes - 1) {
            becomeZero(leaf, Long.numberOfTrailingZeros(holes), tally);
        }
        while (data != 0) {
            int from = Long.numberOfTrailingZeros(data);
            int to = from + Long.numberOfTrailingZeros(~(data >>> from));
            captureRun(source, first, from, to, leaf, tally);
            data &= to == TreeNode.FANOUT ? 0 : -1L << to;
        }
        int storedMore = Long.bitCount(leaf.storedBits()) - storedBefore;
        return new LeafChange(index, leaf, tally.changed, tally.readBytes, tally.newBlocks, storedMore, tally.sessions);
    }

    private static final class Tally {
        boolean changed;
        long readBytes;
        int newBlocks;
        final Set<SessionId> sessions = new HashSet<>();
    }

    private void captureRun(DiskSource source, long first, int from, int to, TreeNode leaf, Tally tally)
            throws IOException, InterruptedException {
        long offset = (first + from) * Block.SIZE;
        int length = (int) Math.min((long) (to - from) * Block.SIZE, source.size() - offset);
        ByteBuffer into = ByteBuffer.wrap(content, 0, length);
        source.read(offset, into);
        if (into.hasRemaining()) {
            // What is left in the buffer is of another place of the disk.
            throw new IOException("the disk ended %d bytes early at %d".formatted(into.remaining(), offset));
        }
        tally.readBytes += length;
        for (int entry = from; entry < to; entry++) {
            int at = (entry - from) * Block.SIZE;
            captureBlock(leaf, entry, at, Math.min(Block.SIZE, length - at), tally);
        }
    }

    private void captureBlock(TreeNode leaf, int entry, int at, int length, Tally tally) throws InterruptedException {
        if (Block.isZero(content, at, length)) {
            becomeZero(leaf, entry, tally);
            return;
        }
        Digest128 fingerprint = fingerprints.of(content, at, length);
        if (leaf.holds(entry, fingerprint)) {
            return;
        }
        SlotAddress address = known.find(fingerprint).orElse(null);
        if (address == null) {
            address = sealer.seal(content, at, length, fingerprint, packs);
            known.sealed(fingerprint, address);
            tally.newBlocks++;
        }
        leaf.setStored(entry, address, fingerprint);
        tally.sessions.add(address.pack().session());
        tally.changed = true;
    }

    /** Zeros where nothing was ever written are no change. */
    private static void becomeZero(TreeNode leaf, int entry, Tally tally) {
        if (leaf.isStored(entry)) {
            leaf.setZero(entry);
            tally.changed = true;
        }
    }
}
