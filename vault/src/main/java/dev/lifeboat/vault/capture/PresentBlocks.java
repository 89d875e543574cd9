package dev.lifeboat.vault.capture;

import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.FinishedPack;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.StoreException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Known blocks whose packs are really there. A memory that outlives sessions may know of packs that a vault lost since,
 * because somebody put an older state of it back: the store is asked once for each pack of another session. Safe for
 * use by several threads.
 */
public final class PresentBlocks implements KnownBlocks {

    private final KnownBlocks remembered;
    private final BlobStore store;
    private final SessionId own;
    private final Map<PackId, Long> sizes = new ConcurrentHashMap<>();

    /** @param own the session that is under way, whose packs are stored before its points */
    public PresentBlocks(KnownBlocks remembered, BlobStore store, SessionId own) {
        this.remembered = remembered;
        this.store = store;
        this.own = own;
    }

    @Override
    public Optional<SlotAddress> find(Digest128 fingerprint) {
        return remembered.find(fingerprint).filter(this::isThere);
    }

    private boolean isThere(SlotAddress address) {
        return address.pack().session().equals(own)
                || sizes.computeIfAbsent(address.pack(), this::sizeOf) >= (long) address.offset() + address.length();
    }

    private long sizeOf(PackId pack) {
        try {
            return store.head(ObjectName.of(pack.objectName()))
                    .map(stat -> stat.size())
                    .orElse(0L);
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }

    @Override
    public void sealed(Digest128 fingerprint, SlotAddress address) {
        remembered.sealed(fingerprint, address);
    }

    @Override
    public void durable(FinishedPack pack) {
        remembered.durable(pack);
    }

    @Override
    public void ended() {
        remembered.ended();
    }
}
