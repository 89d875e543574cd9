package dev.lifeboat.vault;

import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The history of a group as the store has it at one moment: points and seals in gap-free slots of epochs. What anybody
 * else put between them, wherever, changes neither the newest point nor where the next one goes. Not for use by several
 * threads at once.
 */
public final class GroupLog {

    private final String group;
    private final SignedObjects objects;

    /** All names, and the lengths of the objects: what is longer than any seal need not be read to know it is none. */
    private final NavigableMap<PointId, Long> taken;

    private final Map<Integer, Optional<Owner>> owners = new HashMap<>();
    private final Map<Integer, Optional<Seal>> seals = new HashMap<>();

    /** Who asks for the newest point mostly asks for the slot behind it next. */
    private Optional<Slot> lastRead = Optional.empty();

    private GroupLog(String group, SignedObjects objects, NavigableMap<PointId, Long> taken) {
        this.group = group;
        this.objects = objects;
        this.taken = taken;
    }

    static GroupLog read(BlobStore store, SignedObjects objects, String group) {
        NavigableMap<PointId, Long> taken = new TreeMap<>();
        try {
            store.list(
                    PointId.folder(group),
                    stat -> PointId.ofName(stat.name().text()).ifPresent(id -> taken.put(id, stat.size())));
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
        return new GroupLog(group, objects, taken);
    }

    /** Whether anything was ever put there. */
    public boolean isEmpty() {
        return taken.isEmpty();
    }

    /** The epoch of the newest slot; 1 when there is none yet. Slots of epochs that nothing has led to do not count. */
    public int epoch() {
        PointId last = taken.isEmpty() ? null : taken.lastKey();
        while (last != null && last.epoch() > 1 && seal(last.epoch() - 1).isEmpty()) {
            last = taken.lowerKey(new PointId(group, last.epoch(), 1));
        }
        return last == null ? 1 : last.epoch();
    }

    /** The epoch in which the next point goes: the one after the seal, if the newest is sealed. */
    int openEpoch() {
        int epoch = epoch();
        return seal(epoch).isPresent() ? epoch + 1 : epoch;
    }

    /** The first slot of an epoch that is not taken, behind the newest one that counts. */
    public PointId nextSlot(int epoch) {
        PointId next = new PointId(group, epoch, 1);
        for (PointId id : ofEpoch(epoch).descendingKeySet()) {
            if (counts(slot(id))) {
                next = id.next();
                break;
            }
        }
        while (taken.containsKey(next)) {
            next = next.next();
        }
        return next;
    }

    /** The newest slot; empty when there is none yet. */
    public Optional<Slot> last() {
        return taken.isEmpty() ? Optional.empty() : slot(taken.lastKey());
    }

    /** What ended an epoch; empty when it is not sealed. */
    public Optional<Seal> seal(int epoch) {
        Optional<Seal> known = seals.get(epoch);
        if (known == null) {
            known = epoch < 1 ? Optional.empty() : findSeal(epoch);
            seals.put(epoch, known);
        }
        return known;
    }

    private Optional<Seal> findSeal(int epoch) {
        for (Map.Entry<PointId, Long> one : ofEpoch(epoch).entrySet()) {
            if (one.getValue() <= Seal.MAX_BYTES && slot(one.getKey()).orElse(null) instanceof Seal seal) {
                return Optional.of(seal);
            }
        }
        return Optional.empty();
    }

    /** Who owns the group in an epoch; empty as long as nobody does who may. */
    public Optional<Owner> owner(int epoch) {
        Optional<Owner> known = owners.get(epoch);
        if (known == null) {
            known = objects.claim(group, epoch).filter(this::isEntitled).map(OwnerClaim::owner);
            owners.put(epoch, known);
        }
        return known;
    }

    /**
     * Who may put the next point: the owner of the epoch that it goes to, or who may make itself that owner after a
     * seal of the collector. Empty when only the operator can name one, and when the group has had none.
     */
    public Optional<String> holder() {
        int open = openEpoch();
        Optional<String> named = owner(open).map(Owner::writer);
        for (int epoch = open - 1; named.isEmpty() && epoch >= 1; epoch--) {
            Optional<Seal> seal = seal(epoch);
            if (seal.isEmpty() || seal.get().reason() == Seal.Reason.FAILOVER) {
                break;
            }
            named = owner(epoch).map(Owner::writer);
        }
        return named;
    }

    /** Forgets who owned the group in an epoch, after something was done about it. */
    void readOwnerAgain(int epoch) {
        owners.remove(epoch);
    }

    private boolean isEntitled(OwnerClaim claim) {
        Owner owner = claim.owner();
        boolean afterTheSeal = owner.epoch() == 1
                ? claim.after().isEmpty()
                : claim.after().isPresent()
                        && claim.after().equals(seal(owner.epoch() - 1).map(Seal::id));
        boolean mayName = claim.byOperator()
                || (claim.signedBy().equals(owner.writer()) && mayClaim(owner.writer(), owner.epoch()));
        return afterTheSeal && mayName;
    }

    /**
     * Whether a writer may make itself the owner of an epoch: a failover has not taken the group from it, and no other
     * writer had the group before.
     */
    boolean mayClaim(String writer, int epoch) {
        for (int before = epoch - 1; before >= 1; before--) {
            Optional<Seal> seal = seal(before);
            if (seal.isEmpty() || seal.get().reason() == Seal.Reason.FAILOVER) {
                return false;
            }
            Optional<Owner> owner = owner(before);
            if (owner.isPresent()) {
                return owner.get().writer().equals(writer);
            }
        }
        return true;
    }

    /** All places that are taken, in order. */
    public List<PointId> places() {
        return List.copyOf(taken.keySet());
    }

    /**
     * What is at a place by itself, read from the store each time: neither owners nor seals before it are asked. For
     * who wants to know what exactly is wrong.
     */
    public Optional<Slot> alone(PointId id) {
        return objects.slot(id);
    }

    /**
     * The point at the end of the lineage, found from the end: who comes for the newest reads it and its owner, and not
     * the whole history.
     */
    public Optional<Point> newest() {
        for (PointId id : taken.descendingKeySet()) {
            if (!isLate(id) && slot(id).orElse(null) instanceof Point point && isOwners(point)) {
                return Optional.of(point);
            }
        }
        return Optional.empty();
    }

    /** Everything, in order. What comes after a seal of its epoch is void, and what others than the owner put. */
    public List<Slot> slots() {
        List<Slot> slots = new ArrayList<>();
        for (PointId id : taken.keySet()) {
            // Gone since the listing: retention goes on beside readers.
            slot(id).ifPresent(slot -> slots.add(judged(slot)));
        }
        return List.copyOf(slots);
    }

    private Slot judged(Slot slot) {
        if (!(slot instanceof VoidSlot) && isLate(slot.id())) {
            return new VoidSlot(slot.id(), SignedObjects.late(slot.id()));
        }
        if (slot instanceof Point point && !isOwners(point)) {
            return new VoidSlot(slot.id(), SignedObjects.notEntitled(point));
        }
        return slot;
    }

    /** All valid points, in order. */
    public List<Point> points() {
        return slots().stream()
                .filter(Point.class::isInstance)
                .map(Point.class::cast)
                .toList();
    }

    /** The point at a place, when there is one that counts. */
    Optional<Point> point(PointId id) {
        return !taken.containsKey(id)
                ? Optional.empty()
                : slot(id).map(this::judged).filter(Point.class::isInstance).map(Point.class::cast);
    }

    private NavigableMap<PointId, Long> ofEpoch(int epoch) {
        return taken.subMap(new PointId(group, epoch, 1), true, new PointId(group, epoch, PointId.MAX_SLOT), true);
    }

    private Optional<Slot> slot(PointId id) {
        if (lastRead.filter(slot -> slot.id().equals(id)).isEmpty()) {
            lastRead = objects.slot(id);
        }
        return lastRead;
    }

    private boolean isLate(PointId id) {
        return seal(id.epoch()).filter(seal -> seal.id().compareTo(id) < 0).isPresent();
    }

    private boolean counts(Optional<Slot> slot) {
        return switch (slot.orElse(null)) {
            case Seal _ -> true;
            case Point point -> isOwners(point);
            case VoidSlot _ -> false;
            case null -> false;
        };
    }

    private boolean isOwners(Point point) {
        return owner(point.id().epoch())
                .filter(owner -> owner.writer().equals(point.manifest().writer()))
                .isPresent();
    }
}
