package dev.lifeboat.vault.capture;

import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.FinishedPack;
import dev.lifeboat.vault.pack.SlotAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Remembers, in memory, the blocks that the session sealed last. */
public final class RecentBlocks implements KnownBlocks {

    /** About 200 bytes each: 25 MiB in all, for 8 GiB of blocks. */
    private static final int MOST = 1 << 17;

    private final Map<Digest128, SlotAddress> blocks = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest128, SlotAddress> eldest) {
            return size() > MOST;
        }
    };

    @Override
    public synchronized Optional<SlotAddress> find(Digest128 fingerprint) {
        return Optional.ofNullable(blocks.get(fingerprint));
    }

    @Override
    public synchronized void sealed(Digest128 fingerprint, SlotAddress address) {
        blocks.put(fingerprint, address);
    }

    @Override
    public void durable(FinishedPack pack) {
        // What was sealed is remembered already; it is asked for in this session only, which fails with its packs.
    }
}
