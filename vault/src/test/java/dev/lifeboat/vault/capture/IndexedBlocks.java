package dev.lifeboat.vault.capture;

import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.key.VaultId;
import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.FinishedPack;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.pack.SlotKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Blocks whose fingerprints and places follow from a number, for tests of the index. */
final class IndexedBlocks {

    static final VaultId VAULT = new VaultId(0x0123456789ABCDEFL, -2);
    static final byte[] KEY = "fingerprint key".getBytes(StandardCharsets.US_ASCII);

    private IndexedBlocks() {}

    static BlockIndexScope scope(long generation) {
        return BlockIndexScope.of(VAULT, "agent-1", KEY, generation);
    }

    static Digest128 fingerprint(long block) {
        SplittableRandom random = new SplittableRandom(block);
        return new Digest128(random.nextLong(), random.nextLong());
    }

    static SlotAddress address(long block) {
        SplittableRandom random = new SplittableRandom(~block);
        PackId pack = new PackId(new SessionId(random.nextLong()), random.nextLong());
        return new SlotAddress(
                pack, random.nextInt(SlotAddress.MAX_SLOTS), random.nextInt(64 << 20), random.nextInt(1 << 24));
    }

    /** A pack with these blocks and a node. */
    static FinishedPack pack(long from, long to) {
        List<FinishedPack.Slot> slots = new ArrayList<>();
        for (long block = from; block < to; block++) {
            slots.add(new FinishedPack.Slot(address(block), SlotKind.BLOCK, fingerprint(block)));
        }
        slots.add(new FinishedPack.Slot(address(-1), SlotKind.NODE, fingerprint(-1)));
        return new FinishedPack(address(from).pack(), ByteBuffer.allocate(0), slots);
    }
}
