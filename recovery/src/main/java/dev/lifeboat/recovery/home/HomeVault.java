package dev.lifeboat.recovery.home;

import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.key.TrustAnchor;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.CountingStore;

/**
 * A vault out of which disks come home, with a count of what is read from its store. Safe for use by several threads.
 *
 * @param vault opened, so that its blocks can be read
 * @param store through which it is read
 */
public record HomeVault(Vault vault, CountingStore store) {

    /**
     * Opens a vault.
     *
     * @param sessions the keys of the points' blocks
     */
    public static HomeVault open(BlobStore store, TrustAnchor anchor, SessionKeys sessions) {
        CountingStore counting = new CountingStore(store);
        return new HomeVault(Vault.open(counting, anchor, sessions), counting);
    }

    /** How many bytes were read from the store so far: of packs, trees and points, as they are stored. */
    long bytesRead() {
        return store.snapshot().bytesReceived();
    }
}
