package dev.lifeboat.vault.tree;

import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.SlotAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** Keeps nodes as bytes, checks what is asked for, and counts. */
final class NodesInMemory implements NodeSource, NodeSink {

    private static final int SLOTS_A_PACK = 100;

    private final Map<SlotAddress, byte[]> nodes = new HashMap<>();
    int reads;
    int writes;

    @Override
    public TreeNode read(SlotAddress address, int level, Digest128 hash) {
        reads++;
        byte[] bytes = nodes.get(address);
        if (bytes == null) {
            throw new AssertionError("no node at " + address);
        }
        TreeNode node = TreeNode.decode(ByteBuffer.wrap(bytes));
        if (node.level() != level || !node.hash().equals(hash)) {
            throw new AssertionError("another node at " + address);
        }
        return node;
    }

    @Override
    public SlotAddress write(TreeNode node) {
        if (node.isNever() || node.isAllZero()) {
            throw new AssertionError("a node that says nothing is not stored");
        }
        byte[] bytes = node.encode();
        int slot = writes % SLOTS_A_PACK;
        SlotAddress address = new SlotAddress(
                new PackId(new SessionId(5), 1 + writes / SLOTS_A_PACK), slot, 32 + 4096 * slot, bytes.length);
        nodes.put(address, bytes);
        writes++;
        return address;
    }
}
