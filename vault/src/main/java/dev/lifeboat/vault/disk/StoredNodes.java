package dev.lifeboat.vault.disk;

import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.PackKeys;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.pack.SlotKind;
import dev.lifeboat.vault.pack.SlotOpener;
import dev.lifeboat.vault.pack.Zstandard;
import dev.lifeboat.vault.tree.NodeSource;
import dev.lifeboat.vault.tree.TreeNode;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Nodes of trees from the store, the ones used last kept in memory. Each is checked against level and hash that its
 * parent named. Safe for use by several threads.
 */
public final class StoredNodes implements NodeSource {

    /** A node takes 3 KiB in memory: 12 MiB in all, enough for the paths to all that a cycle changes. */
    private static final int KEPT_NODES = 4096;

    private static final int KEPT_OPENERS = 8;

    private record Kept(TreeNode node, Digest128 hash) {}

    private final SealedSlots slots;
    private final Spare<SlotOpener> openers;
    private final Map<SlotAddress, Kept> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SlotAddress, Kept> eldest) {
            return size() > KEPT_NODES;
        }
    };

    /** @param vaultId of the vault in whose store the nodes are */
    public StoredNodes(SealedSlots slots, byte[] vaultId, PackKeys keys) {
        this.slots = slots;
        this.openers = new Spare<>(
                KEPT_OPENERS, () -> new SlotOpener(SlotKind.NODE, vaultId, keys, new Zstandard(Zstandard.LEVEL)));
    }

    @Override
    public TreeNode read(SlotAddress address, int level, Digest128 hash) {
        Kept found;
        synchronized (kept) {
            found = kept.get(address);
        }
        if (found == null) {
            TreeNode node = load(address);
            found = new Kept(node, node.hash());
            keep(address, found);
        }
        if (found.node().level() != level || !found.hash().equals(hash)) {
            throw SealedSlots.damaged(address, "is another node than its parent says");
        }
        return found.node();
    }

    /** Keeps a node that was just written, so that the next cycle need not read it. */
    public void remember(SlotAddress address, TreeNode node, Digest128 hash) {
        keep(address, new Kept(node, hash));
    }

    private void keep(SlotAddress address, Kept node) {
        synchronized (kept) {
            kept.put(address, node);
        }
    }

    private TreeNode load(SlotAddress address) {
        SlotOpener opener = openers.take();
        try {
            byte[] content = new byte[SlotKind.NODE.maxContentBytes()];
            int length = slots.open(address, SlotKind.NODE, opener, content);
            return TreeNode.decode(ByteBuffer.wrap(content, 0, length));
        } catch (IllegalArgumentException e) {
            throw SealedSlots.damaged(address, "holds no node: " + e.getMessage());
        } finally {
            openers.giveBack(opener);
        }
    }
}
