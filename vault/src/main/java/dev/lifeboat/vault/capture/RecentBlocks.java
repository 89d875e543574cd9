package dev.lifeboat.vault.capture;

import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.FinishedPack;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.pack.SlotKind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Remembers, in memory, the blocks that the session stored last. */
public final class RecentBlocks implements KnownBlocks {

    /** About 200 bytes each: 25 MiB in all, for 8 GiB of blocks. */
    private static final int MOST = 1 << 17;

    private final Map<Digest128, SlotAddress> blocks = bounded();

    /** What is in no durable pack yet. */
    private final Map<Digest128, SlotAddress> underWay = bounded();

    private static Map<Digest128, SlotAddress> bounded() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Digest128, SlotAddress> eldest) {
                return size() > MOST;
            }
        };
    }

    @Override
    public synchronized Optional<SlotAddress> find(Digest128 fingerprint) {
        SlotAddress durable = blocks.get(fingerprint);
        return Optional.ofNullable(durable == null ? underWay.get(fingerprint) : durable);
    }

    @Override
    public synchronized void sealed(Digest128 fingerprint, SlotAddress address) {
        underWay.put(fingerprint, address);
    }

    @Override
    public synchronized void durable(FinishedPack pack) {
        for (FinishedPack.Slot slot : pack.slots()) {
            if (slot.kind() == SlotKind.BLOCK) {
                blocks.put(slot.digest(), slot.address());
                underWay.remove(slot.digest(), slot.address());
            }
        }
    }

    @Override
    public synchronized void ended() {
        underWay.clear();
    }
}
