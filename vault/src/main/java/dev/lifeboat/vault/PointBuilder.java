package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.capture.Capture;
import dev.lifeboat.vault.capture.CaptureProgress;
import dev.lifeboat.vault.capture.ChangedBlocks;
import dev.lifeboat.vault.capture.DiskSource;
import dev.lifeboat.vault.key.Name;
import dev.lifeboat.vault.key.ObjectKind;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.point.Consistency;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.MachineRecord;
import dev.lifeboat.vault.point.ManifestJson;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.point.PointManifest;
import dev.lifeboat.vault.point.PointStatistics;
import dev.lifeboat.vault.point.SessionRef;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.Publication;
import dev.lifeboat.vault.store.StoreException;
import dev.lifeboat.vault.tree.Tree;
import dev.lifeboat.vault.tree.TreeShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The making of one point: machines and their disks, one after the other, then {@link #publish}. Until then nothing of
 * it can be seen; a builder that is closed before leaves packs that nobody names. Not for use by several threads at
 * once.
 */
public final class PointBuilder implements AutoCloseable {

    /** A store full of void slots is no store that one can work with. */
    private static final int MOST_VOID_SLOTS = 1000;

    private final WriterSession session;
    private final Vault vault;
    private final PointId firstPlace;
    private final Optional<Point> parent;
    private final Capture capture;
    private final boolean publishable;
    private final Map<String, ObjectNode> machines = new LinkedHashMap<>();
    private final List<TakenDisk> disks = new ArrayList<>();
    private Instant taken;
    private Consistency consistency = Consistency.CRASH;
    private @Nullable Boolean groupConsistent;
    private final Set<String> left = new HashSet<>();
    private final Set<SessionRef> used = new LinkedHashSet<>();

    private record TakenDisk(String machine, String disk, long size, long storedBefore, Set<SessionId> sessions) {}

    PointBuilder(
            WriterSession session,
            Vault vault,
            PointId place,
            Optional<Point> parent,
            Capture capture,
            boolean publishable) {
        this.session = session;
        this.vault = vault;
        this.firstPlace = place;
        this.parent = parent;
        this.capture = capture;
        this.publishable = publishable;
        this.taken = session.time().instant();
    }

    /** The point on top of which this one is made. */
    public Optional<Point> parent() {
        return parent;
    }

    /** Where the point will be, unless that place is taken by then. */
    public PointId place() {
        return firstPlace;
    }

    /** The moment of the disks' content; when nothing is said, the moment when the builder was made. */
    public void taken(Instant moment) {
        taken = moment;
    }

    /** In what state the disks are; when nothing is said, as after a power cut. */
    public void consistency(Consistency state) {
        consistency = state;
    }

    /** Whether all disks are of the same moment; when nothing is said, whether all machines of the group were added. */
    public void groupConsistent(boolean same) {
        groupConsistent = same;
    }

    /** A machine of the parent is not in the group any more. */
    public void without(String machine) {
        left.add(machine);
    }

    /**
     * A disk is taken on top of one of another point, of this group or not, and may have blocks of its sessions. That
     * point must stay until this one is published.
     */
    public void uses(Point other) {
        used.addAll(other.manifest().sessions());
    }

    /**
     * Whether all disks that were taken until now are as those on top of which they were taken, in content and size.
     */
    public boolean isUnchanged() {
        return !capture.isChanged();
    }

    /** How much was read of the disks until now, in bytes. */
    public long readBytes() {
        return capture.readBytes();
    }

    /**
     * Adds a machine. Machines of the parent that are not added stay in the group as they were.
     *
     * @param description what is known of it, such as its hardware
     */
    public void machine(String machine, ObjectNode description) {
        machines.put(Name.require("machine", machine), description);
    }

    /**
     * Takes a disk of a machine that was added.
     *
     * @param changed what may have changed since the parent; null to look at all of it. Without a parent that has the
     *     disk, all of it is looked at
     * @throws IOException when the disk cannot be read, or changed meanwhile
     */
    public void disk(
            String machine, String disk, DiskSource source, @Nullable ChangedBlocks changed, CaptureProgress progress)
            throws IOException, InterruptedException {
        Optional<DiskRecord> before =
                parent.flatMap(point -> point.manifest().machine(machine)).flatMap(one -> one.disk(disk));
        long _ = take(machine, disk, source, before.map(KeptDisk::of), before.isPresent() ? changed : null, progress);
    }

    /**
     * Takes a disk of a machine that was added on top of something else than the parent's disk of that name, or only a
     * part of it.
     *
     * @param base on top of what; empty for nothing
     * @param changed what to look at
     * @param progress may end it early: then what was taken can be kept, but not published
     * @return the offset before which everything was looked at
     * @throws IOException when the disk cannot be read, or changed meanwhile
     */
    public long disk(
            String machine,
            String disk,
            DiskSource source,
            Optional<KeptDisk> base,
            ChangedBlocks changed,
            CaptureProgress progress)
            throws IOException, InterruptedException {
        return take(machine, disk, source, base, changed, progress);
    }

    private long take(
            String machine,
            String disk,
            DiskSource source,
            Optional<KeptDisk> before,
            @Nullable ChangedBlocks changed,
            CaptureProgress progress)
            throws IOException, InterruptedException {
        if (!machines.containsKey(machine)) {
            throw new IllegalArgumentException("machine %s was not added".formatted(machine));
        }
        Name.require("disk", disk);
        if (disks.stream()
                .anyMatch(one -> one.machine().equals(machine) && one.disk().equals(disk))) {
            throw new IllegalArgumentException("disk %s of machine %s was taken".formatted(disk, machine));
        }
        Optional<DiskRecord> record = before.map(KeptDisk::disk);
        Tree base = record.map(vault::tree).orElseGet(() -> Tree.hole(new TreeShape(0), vault.nodes()));
        long baseSize = record.map(DiskRecord::size).orElse(0L);
        long storedBefore = record.map(DiskRecord::stored).orElse(0L);
        if (source.size() < baseSize) {
            storedBefore -= base.storedFrom(Block.count(source.size()));
        }
        long reached = capture.take(base, baseSize, source, changed, progress);
        Set<SessionId> sessions = before.map(KeptDisk::sessions).orElse(Set.of());
        disks.add(new TakenDisk(machine, disk, source.size(), storedBefore, sessions));
        return reached;
    }

    /**
     * Hands the packs and trees to the store and publishes nothing. The builder is done with.
     *
     * @return the disks that were taken, in the order in which they were
     */
    public List<KeptDisk> keep() throws InterruptedException {
        List<Capture.Taken> trees = capture.finish();
        List<KeptDisk> kept = new ArrayList<>();
        for (int i = 0; i < disks.size(); i++) {
            TakenDisk disk = disks.get(i);
            Set<SessionId> all = new HashSet<>(disk.sessions());
            all.addAll(capture.sessions());
            kept.add(new KeptDisk(record(disk, trees.get(i)), all));
        }
        return kept;
    }

    private static DiskRecord record(TakenDisk disk, Capture.Taken tree) {
        return new DiskRecord(disk.disk(), disk.size(), disk.storedBefore() + tree.storedMore(), tree.root());
    }

    /**
     * Makes the packs durable, then puts the point at the next slot of its epoch. The put is repeated with the same
     * bytes until it is known how it ended.
     *
     * @throws LifeboatException when the store fails, or somebody else took the slot in the writer's name
     */
    public Publishing publish() throws InterruptedException {
        if (!publishable) {
            throw new IllegalStateException("a part of a first copy that is carried is kept, and never published");
        }
        List<MachineRecord> records = machines(capture.finish());
        // Until it is known how this ends, only the store knows what the newest point is.
        session.forget(firstPlace.group());
        PointId place = firstPlace;
        for (int tries = 0; tries < MOST_VOID_SLOTS; tries++) {
            byte[] object = object(place, records);
            Point point = readBack(place, object);
            switch (put(place, object)) {
                case STORED, FOUND -> {
                    session.published(point);
                    return new Publishing.Published(point);
                }
                case CONFLICT -> {
                    Slot there = vault.objects().slot(place).orElse(null);
                    if (there instanceof Seal seal) {
                        session.fencedBy(seal);
                        return new Publishing.Fenced(seal);
                    }
                    if (there instanceof Point other
                            && other.manifest().writer().equals(session.writer())) {
                        throw new LifeboatException(
                                ErrorCode.VAULT_STORE_CONFLICT,
                                "%s was published meanwhile by another session of %s."
                                        .formatted(place, session.writer()));
                    }
                }
            }
            place = place.next();
        }
        throw new LifeboatException(
                ErrorCode.VAULT_STORE_CONFLICT, "%s and many slots after it are void.".formatted(firstPlace));
    }

    /** What readers will make of the object; one that they would refuse is not put. */
    private Point readBack(PointId place, byte[] object) {
        return switch (vault.objects().decode(place, object)) {
            case Point point -> point;
            case VoidSlot(var _, var wrong) -> throw wrong;
            case Seal seal -> throw new IllegalStateException("a point that reads as " + seal);
        };
    }

    private Publication.Result put(PointId place, byte[] object) {
        try {
            return Publication.publish(vault.store(), ObjectName.of(place.objectName()), ByteBuffer.wrap(object));
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }

    private byte[] object(PointId place, List<MachineRecord> records) {
        PointManifest manifest = new PointManifest(
                place,
                session.writer(),
                session.id(),
                taken,
                session.time().instant(),
                consistency,
                groupConsistent == null ? records.size() == machines.size() : groupConsistent,
                parent.map(point -> PointManifest.Parent.of(
                                point.id(), point.digest().bytes()))
                        .orElse(null),
                records,
                sessions(),
                new PointStatistics(capture.readBytes(), capture.newBlocks(), capture.storedBytes(), capture.packs()));
        return session.sign(
                ObjectKind.POINT,
                place.objectName(),
                ManifestJson.write(manifest, vault.anchor().vault().hex()));
    }

    private List<SessionRef> sessions() {
        Set<SessionRef> sessions = new LinkedHashSet<>();
        parent.ifPresent(point -> sessions.addAll(point.manifest().sessions()));
        sessions.addAll(used);
        disks.forEach(disk -> disk.sessions().forEach(one -> sessions.add(new SessionRef(session.writer(), one))));
        capture.sessions().forEach(one -> sessions.add(new SessionRef(session.writer(), one)));
        return List.copyOf(sessions);
    }

    private List<MachineRecord> machines(List<Capture.Taken> trees) {
        Map<String, MachineRecord> records = new LinkedHashMap<>();
        parent.ifPresent(point -> point.machines().stream()
                .filter(one -> !left.contains(one.name()))
                .forEach(one -> records.put(one.name(), one)));
        machines.forEach((name, description) -> {
            List<DiskRecord> ofMachine = new ArrayList<>();
            for (int i = 0; i < disks.size(); i++) {
                TakenDisk disk = disks.get(i);
                if (disk.machine().equals(name)) {
                    ofMachine.add(record(disk, trees.get(i)));
                }
            }
            records.put(name, new MachineRecord(name, description, ofMachine));
        });
        return List.copyOf(records.values());
    }

    @Override
    public void close() {
        capture.close();
    }
}
