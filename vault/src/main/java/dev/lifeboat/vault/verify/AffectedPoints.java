package dev.lifeboat.vault.verify;

import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.pack.SlotKind;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.tree.NodeSource;
import dev.lifeboat.vault.tree.TreeNode;
import dev.lifeboat.vault.tree.TreeRoot;
import java.util.List;

/**
 * Finds out which points need what is damaged, by a second walk through their trees. Subtrees that are whole are
 * entered once; those that are not, once for each point. For one thread.
 */
final class AffectedPoints {

    private final NodeSource nodes;
    private final BadSlots bad;
    private final Findings findings;
    private final SlotClaims whole = new SlotClaims();

    AffectedPoints(NodeSource nodes, BadSlots bad, Findings findings) {
        this.nodes = nodes;
        this.bad = bad;
        this.findings = findings;
    }

    /** Notes for all that is damaged whether this point needs it. */
    void note(Point point) {
        for (DiskRecord disk :
                point.machines().stream().flatMap(one -> one.disks().stream()).toList()) {
            if (disk.root() instanceof TreeRoot.Node(var address, var hash)) {
                try {
                    boolean _ = isWhole(point.id(), address, disk.shape().height() - 1, hash);
                } catch (IllegalArgumentException e) {
                    // Told as a finding about the point by the walk before.
                    findings.affects(point.id().objectName(), point.id());
                }
            }
        }
    }

    private boolean isWhole(PointId point, SlotAddress address, int level, Digest128 hash) {
        if (whole.contains(address)) {
            return true;
        }
        boolean isWhole = isGood(point, SlotKind.NODE, address);
        Damage.Result<TreeNode> read = Damage.twice(() -> nodes.read(address, level, hash));
        if (read.content().isEmpty()) {
            return false;
        }
        TreeNode node = read.content().get();
        for (long bits = node.storedBits(); bits != 0; bits &= bits - 1) {
            int entry = Long.numberOfTrailingZeros(bits);
            isWhole &= level == 0
                    ? isGood(point, SlotKind.BLOCK, node.address(entry))
                    : isWhole(point, node.address(entry), level - 1, node.digest(entry));
        }
        if (isWhole) {
            whole.claim(SlotKind.NODE, address, hash);
        }
        return isWhole;
    }

    private boolean isGood(PointId point, SlotKind kind, SlotAddress address) {
        List<String> objects = bad.because(kind, address);
        objects.forEach(object -> findings.affects(object, point));
        return objects.isEmpty();
    }
}
