package dev.lifeboat.vault.verify;

import dev.lifeboat.vault.GroupLog;
import dev.lifeboat.vault.Owner;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.Seal;
import dev.lifeboat.vault.Slot;
import dev.lifeboat.vault.VoidSlot;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.point.PointManifest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the history of a group: every slot carries something valid, every point is its owner's, and the lineage
 * is unbroken. A parent that is no longer there was dropped by retention. For one thread.
 */
final class Histories {

    private final Findings findings;
    private final SortedMap<PointId, Point> points = new TreeMap<>();

    Histories(Findings findings) {
        this.findings = findings;
    }

    /** All valid points that were found. */
    SortedMap<PointId, Point> points() {
        return points;
    }

    /** Looks through a group. */
    void read(GroupLog log) {
        Map<Integer, Damage.Result<Optional<Owner>>> owners = new HashMap<>();
        int sealedEpoch = 0;
        for (PointId id : log.places()) {
            switch (slot(log, id)) {
                case null -> {}
                case Seal(var place, var _, var _, var _) -> sealedEpoch = place.epoch();
                case VoidSlot(var place, var wrong) -> wrongPoint(place, String.valueOf(wrong.getMessage()));
                case Point point -> {
                    if (sealedEpoch == id.epoch()) {
                        wrongPoint(id, "It came after the seal of its epoch.");
                    } else {
                        point(point, owners.computeIfAbsent(id.epoch(), epoch -> Damage.twice(() -> log.owner(epoch))));
                    }
                }
            }
        }
    }

    /** What is at a place; null when it is gone by now, or was told as a finding. */
    private @Nullable Slot slot(GroupLog log, PointId id) {
        Damage.Result<Optional<Slot>> result = Damage.twice(() -> log.alone(id));
        if (result.content().isEmpty()) {
            wrongPoint(id, result.problem());
            return null;
        }
        Slot slot = result.content().get().orElse(null);
        // A slot is void as well when its object was read wrongly.
        return slot instanceof VoidSlot ? log.alone(id).orElse(null) : slot;
    }

    private void point(Point point, Damage.Result<Optional<Owner>> owner) {
        PointId id = point.id();
        String ownersObject = Owner.objectName(id.group(), id.epoch());
        if (owner.content().isEmpty()) {
            findings.add(ownersObject, owner.problem());
            findings.affects(ownersObject, id);
        } else if (owner.content().get().isEmpty()) {
            findings.add(ownersObject, "It is missing: nobody can tell who owns the group.");
            findings.affects(ownersObject, id);
        } else if (!owner.content().get().get().writer().equals(point.manifest().writer())) {
            wrongPoint(
                    id,
                    "It was put by %s; the group is owned by %s."
                            .formatted(
                                    point.manifest().writer(),
                                    owner.content().get().get().writer()));
            return;
        }
        parent(point);
        points.put(id, point);
    }

    private void parent(Point point) {
        PointManifest.Parent parent = point.manifest().parent();
        if (parent == null) {
            return;
        }
        PointId parentId = new PointId(point.id().group(), parent.epoch(), parent.slot());
        if (parentId.compareTo(point.id()) >= 0) {
            wrongPoint(point.id(), "It names %s as the point before it.".formatted(parentId));
            return;
        }
        Point found = points.get(parentId);
        if (found != null && !found.digest().hex().equals(parent.digest())) {
            wrongPoint(point.id(), "%s is not the point on top of which it was made.".formatted(parentId));
        }
    }

    private void wrongPoint(PointId id, String problem) {
        findings.add(id.objectName(), problem);
        findings.affects(id.objectName(), id);
    }
}
