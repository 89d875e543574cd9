package dev.lifeboat.vault.verify;

import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.pack.SlotKind;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.point.SessionRef;
import dev.lifeboat.vault.tree.NodeSource;
import dev.lifeboat.vault.tree.TreeNode;
import dev.lifeboat.vault.tree.TreeRoot;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads every node of the trees of all points, each once: what another tree led to already is skipped with all that is
 * under it. For one thread.
 */
final class TreeWalk {

    private final NodeSource nodes;
    private final SlotClaims claims;
    private final BadSlots bad;
    private final Findings findings;

    TreeWalk(NodeSource nodes, SlotClaims claims, BadSlots bad, Findings findings) {
        this.nodes = nodes;
        this.claims = claims;
        this.bad = bad;
        this.findings = findings;
    }

    /** Reads the trees of a point. */
    void read(Point point) {
        Set<SessionId> named =
                point.manifest().sessions().stream().map(SessionRef::session).collect(Collectors.toSet());
        OfPoint walk = new OfPoint(point.id(), named);
        point.machines().forEach(machine -> machine.disks().forEach(walk::disk));
    }

    private final class OfPoint {

        private final PointId point;
        private final Set<SessionId> named;

        OfPoint(PointId point, Set<SessionId> named) {
            this.point = point;
            this.named = named;
        }

        void disk(DiskRecord disk) {
            if (disk.root() instanceof TreeRoot.Node(var address, var hash)) {
                try {
                    node(address, disk.shape().height() - 1, hash);
                } catch (IllegalArgumentException e) {
                    wrong("Its disk %s cannot be: %s.".formatted(disk.name(), e.getMessage()));
                }
            }
        }

        private void node(SlotAddress address, int level, Digest128 hash) {
            if (!isFirst(SlotKind.NODE, address, hash)) {
                return;
            }
            Damage.Result<TreeNode> read = Damage.twice(() -> nodes.read(address, level, hash));
            if (read.content().isEmpty()) {
                bad.slot(address.pack(), address.slot(), read.problem());
                return;
            }
            TreeNode node = read.content().get();
            for (long bits = node.storedBits(); bits != 0; bits &= bits - 1) {
                int entry = Long.numberOfTrailingZeros(bits);
                if (level == 0) {
                    boolean _ = isFirst(SlotKind.BLOCK, node.address(entry), node.digest(entry));
                } else {
                    node(node.address(entry), level - 1, node.digest(entry));
                }
            }
        }

        private boolean isFirst(SlotKind kind, SlotAddress address, Digest128 digest) {
            SlotClaims.Outcome outcome = claims.claim(kind, address, digest);
            if (outcome == SlotClaims.Outcome.CONTRADICTS) {
                wrong("Its trees mean something else by slot %d of %s than others do."
                        .formatted(address.slot(), address.pack().objectName()));
            }
            boolean first = outcome == SlotClaims.Outcome.FIRST;
            if (first && !named.contains(address.pack().session())) {
                wrong("Its trees use the session %s, which it does not name."
                        .formatted(address.pack().session()));
            }
            return first;
        }

        private void wrong(String problem) {
            findings.add(point.objectName(), problem);
            findings.affects(point.objectName(), point);
        }
    }
}
