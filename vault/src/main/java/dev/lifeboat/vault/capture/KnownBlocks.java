package dev.lifeboat.vault.capture;

import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.FinishedPack;
import dev.lifeboat.vault.pack.SlotAddress;
import java.util.Optional;

/**
 * Blocks that this writer is known to have in the vault, by fingerprint. To know of fewer costs space only; but what it
 * says must be true. Safe for use by several threads.
 */
public interface KnownBlocks {

    /** Where a block with this fingerprint is. */
    Optional<SlotAddress> find(Digest128 fingerprint);

    /**
     * A block that was sealed into a pack of the point that is under way. It may be found from now on, but until its
     * pack is durable only for this point, which fails with its packs.
     */
    void sealed(Digest128 fingerprint, SlotAddress address);

    /** A pack that is durable now. */
    void durable(FinishedPack pack);

    /** The making of the point has ended: packs that are not durable may never be, and must not be found any more. */
    void ended();
}
