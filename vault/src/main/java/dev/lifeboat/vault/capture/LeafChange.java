package dev.lifeboat.vault.capture;

import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.tree.TreeNode;
import java.util.Set;

/**
 * What became of a leaf.
 *
 * @param index of the leaf
 * @param leaf as it is now
 * @param changed whether it differs from what it was
 * @param readBytes how much of the disk was read for it
 * @param newBlocks how many of its blocks were not known in the vault
 * @param storedMore how many stored blocks it has more than before; may be negative
 * @param sessions in whose packs its new blocks are
 */
record LeafChange(
        long index,
        TreeNode leaf,
        boolean changed,
        long readBytes,
        int newBlocks,
        int storedMore,
        Set<SessionId> sessions) {}
