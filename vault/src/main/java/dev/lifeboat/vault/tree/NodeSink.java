package dev.lifeboat.vault.tree;

import dev.lifeboat.vault.pack.SlotAddress;

/** Where new nodes are written to. */
@FunctionalInterface
public interface NodeSink {

    /** Stores a node and tells where. */
    SlotAddress write(TreeNode node) throws InterruptedException;
}
