package dev.lifeboat.offline;

import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.Seal;
import dev.lifeboat.vault.Slot;
import dev.lifeboat.vault.VoidSlot;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.MachineRecord;
import dev.lifeboat.vault.point.PointManifest;
import dev.lifeboat.vault.point.PointStatistics;
import dev.lifeboat.vault.point.SessionRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A place in the history of a group as programs read it: {@code state} says what is there. */
sealed interface PointEntry {

    /** {@code GROUP@EPOCH-SLOT}. */
    String id();

    /** What is there: point, seal or void. */
    String state();

    /** A recovery point. */
    record Valid(
            String id,
            String state,
            String head,
            Instant taken,
            Instant published,
            String kind,
            boolean groupConsistent,
            List<Machine> machines,
            @Nullable String parent,
            String writer,
            String session,
            Statistics statistics)
            implements PointEntry {

        long size() {
            return machines.stream()
                    .flatMap(machine -> machine.disks().stream())
                    .mapToLong(Disk::size)
                    .sum();
        }

        int diskCount() {
            return machines.stream().mapToInt(machine -> machine.disks().size()).sum();
        }
    }

    /** The end of an epoch. */
    record End(String id, String state, String reason, String by, Instant at) implements PointEntry {}

    /** A place that carries nothing. */
    record Blank(String id, String state, String problem) implements PointEntry {}

    /** A machine of a point. */
    record Machine(String name, List<Disk> disks) {

        static Machine of(MachineRecord machine) {
            return new Machine(
                    machine.name(), machine.disks().stream().map(Disk::of).toList());
        }
    }

    /** A disk of a machine; sizes in bytes. */
    record Disk(String name, long size, long storedBlocks) {

        static Disk of(DiskRecord disk) {
            return new Disk(disk.name(), disk.size(), disk.stored());
        }
    }

    /** What making a point took. */
    record Statistics(long readBytes, long newBlocks, long storedBytes, int packs) {

        static Statistics of(PointStatistics statistics) {
            return new Statistics(
                    statistics.readBytes(), statistics.newBlocks(), statistics.storedBytes(), statistics.packs());
        }
    }

    /** All of a point: also the machines' descriptions and the sessions. */
    record Full(Valid point, List<Description> descriptions, List<Session> sessions) {

        static Full of(Point point) {
            return new Full(
                    valid(point),
                    point.machines().stream()
                            .map(machine -> new Description(machine.name(), machine.description()))
                            .toList(),
                    point.manifest().sessions().stream().map(Session::of).toList());
        }
    }

    /** What its writer knows of a machine. */
    record Description(String machine, ObjectNode content) {}

    /** A session in whose packs a point's trees are. */
    record Session(String writer, String session) {

        static Session of(SessionRef session) {
            return new Session(session.writer(), session.session().hex());
        }
    }

    /** What is at a place. */
    static PointEntry of(Slot slot) {
        return switch (slot) {
            case Point point -> valid(point);
            case Seal(var id, var reason, var by, var at) -> new End(id.toString(), "seal", reason.code(), by, at);
            case VoidSlot(var id, var wrong) -> new Blank(id.toString(), "void", String.valueOf(wrong.getMessage()));
        };
    }

    /** A recovery point. */
    static Valid valid(Point point) {
        PointManifest manifest = point.manifest();
        PointManifest.Parent parent = manifest.parent();
        return new Valid(
                point.id().toString(),
                "point",
                point.head().toString(),
                manifest.taken(),
                manifest.published(),
                manifest.consistency().code(),
                manifest.groupConsistent(),
                manifest.machines().stream().map(Machine::of).toList(),
                parent == null ? null : "%s@%d-%d".formatted(point.id().group(), parent.epoch(), parent.slot()),
                manifest.writer(),
                manifest.session().hex(),
                Statistics.of(manifest.statistics()));
    }
}
