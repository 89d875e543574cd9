package dev.lifeboat.vault.tree;

import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.SlotAddress;

/** What a point says of a disk's tree. */
public sealed interface TreeRoot {

    /** Nothing was ever written. */
    record Hole() implements TreeRoot {}

    /** Everything is zero. */
    record Zero() implements TreeRoot {}

    /**
     * There is a node.
     *
     * @param address where it is
     * @param hash what is under it
     */
    record Node(SlotAddress address, Digest128 hash) implements TreeRoot {}
}
