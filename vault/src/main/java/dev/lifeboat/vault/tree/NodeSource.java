package dev.lifeboat.vault.tree;

import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.SlotAddress;

/** Where nodes are read from. Safe for use by several threads. */
@FunctionalInterface
public interface NodeSource {

    /**
     * The node at this place; nobody may change it.
     *
     * @param level the level it must have
     * @param hash the hash it must have
     * @throws dev.lifeboat.model.LifeboatException when it is missing or is not that node
     */
    TreeNode read(SlotAddress address, int level, Digest128 hash);
}
