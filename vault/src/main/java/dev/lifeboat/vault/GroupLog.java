package dev.lifeboat.vault;

import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The history of a group as the store has it at one moment: points and seals in gap-free slots of epochs. Not for use
 * by several threads at once.
 */
public final class GroupLog {

    private final String group;
    private final SignedObjects objects;
    private final NavigableSet<PointId> taken;
    private final Map<Integer, Optional<Owner>> owners = new HashMap<>();

    private GroupLog(String group, SignedObjects objects, NavigableSet<PointId> taken) {
        this.group = group;
        this.objects = objects;
        this.taken = taken;
    }

    static GroupLog read(BlobStore store, SignedObjects objects, String group) {
        NavigableSet<PointId> taken = new TreeSet<>();
        try {
            store.list(
                    PointId.folder(group),
                    stat -> PointId.ofName(stat.name().text()).ifPresent(taken::add));
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
        return new GroupLog(group, objects, taken);
    }

    /** Whether anything was ever put there. */
    public boolean isEmpty() {
        return taken.isEmpty();
    }

    /** The epoch of the newest slot; 1 when there is none yet. */
    public int epoch() {
        return taken.isEmpty() ? 1 : taken.last().epoch();
    }

    /** The first slot of an epoch that is not taken. */
    public PointId nextSlot(int epoch) {
        PointId lowest = new PointId(group, epoch, 1);
        PointId beyond = taken.lower(new PointId(group, epoch + 1, 1));
        return beyond == null || beyond.epoch() != epoch ? lowest : beyond.next();
    }

    /** The newest slot; empty when there is none yet. */
    public Optional<Slot> last() {
        return taken.isEmpty() ? Optional.empty() : objects.slot(taken.last());
    }

    /** Who owns the group in an epoch. */
    public Optional<Owner> owner(int epoch) {
        return owners.computeIfAbsent(epoch, one -> objects.owner(group, one));
    }

    /** Remembers what was found out, or done, about an owner since. */
    void ownerIs(int epoch, Optional<Owner> owner) {
        owners.put(epoch, owner);
    }

    /**
     * The point at the end of the lineage, found from the end: who comes for the newest reads two objects, not the
     * whole history.
     */
    public Optional<Point> newest() {
        Optional<Point> candidate = Optional.empty();
        for (PointId id : taken.descendingSet()) {
            Optional<Slot> slot = objects.slot(id);
            if (candidate.isPresent()) {
                // Only a seal right before it would say that it came too late.
                if (id.epoch() != candidate.get().id().epoch() || !(slot.orElse(null) instanceof Seal)) {
                    return candidate;
                }
                candidate = Optional.empty();
            } else if (slot.orElse(null) instanceof Point point && isOwners(point)) {
                candidate = Optional.of(point);
            }
        }
        return candidate;
    }

    /** All places that are taken, in order. */
    public List<PointId> places() {
        return List.copyOf(taken);
    }

    /**
     * What is at a place by itself, read from the store each time: neither owners nor seals before it are asked. For
     * who wants to know what exactly is wrong.
     */
    public Optional<Slot> alone(PointId id) {
        return objects.slot(id);
    }

    /** Everything, in order. What comes after a seal of its epoch is void. */
    public List<Slot> slots() {
        List<Slot> slots = new ArrayList<>();
        int sealedEpoch = 0;
        for (PointId id : taken) {
            Slot slot = objects.slot(id).orElse(null);
            if (slot == null) {
                continue;
            }
            if (slot instanceof Point point && (sealedEpoch == id.epoch() || !isOwners(point))) {
                slots.add(new VoidSlot(id, SignedObjects.notEntitled(point, sealedEpoch == id.epoch())));
                continue;
            }
            if (slot instanceof Seal) {
                sealedEpoch = id.epoch();
            }
            slots.add(slot);
        }
        return List.copyOf(slots);
    }

    /** All valid points, in order. */
    public List<Point> points() {
        return slots().stream()
                .filter(Point.class::isInstance)
                .map(Point.class::cast)
                .toList();
    }

    /** The object at a place, when it is one that counts. */
    Optional<Point> point(PointId id) {
        return slots().stream()
                .filter(slot -> slot.id().equals(id))
                .filter(Point.class::isInstance)
                .map(Point.class::cast)
                .findFirst();
    }

    private boolean isOwners(Point point) {
        return owner(point.id().epoch())
                .filter(owner -> owner.writer().equals(point.manifest().writer()))
                .isPresent();
    }
}
