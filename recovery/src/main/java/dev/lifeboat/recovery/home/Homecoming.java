package dev.lifeboat.recovery.home;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.home.HomeJournal.Entry;
import dev.lifeboat.recovery.home.HomeReport.Brought;
import dev.lifeboat.recovery.home.Steps.Step;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.store.BlobStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One attempt at bringing a group home, under the group's lock. For one thread. */
final class Homecoming {

    /** So many times is said how far a disk is. */
    private static final int PARTS_TOLD = 10;

    private final HostHomecomings.Parts parts;
    private final Steps steps;
    private final HomeJournal journal;
    private final HomeVault vault;
    private final HomeOrder order;
    private final Consumer<String> progress;
    private final HomeSalvage salvage;

    Homecoming(
            HostHomecomings.Parts parts,
            Steps steps,
            HomeJournal journal,
            BlobStore store,
            HomeVault vault,
            HomeOrder order,
            Consumer<String> progress) {
        this.parts = parts;
        this.steps = steps;
        this.journal = journal;
        this.vault = vault;
        this.order = order;
        this.progress = progress;
        this.salvage = new HomeSalvage(parts, store, order, progress);
    }

    /** Brings overlays over the old disks to the point. */
    HomeReport follow() throws HypervisorException, InterruptedException {
        Optional<Entry> known = journal.read();
        if (known.filter(entry -> entry.stage() == HomeStage.FINISHING).isPresent()) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_HOME_FINISHING,
                    "The machines of %s are being brought home to %s."
                            .formatted(order.group(), known.get().point()));
        }
        return followed(known, vault.vault().point(order.point()));
    }

    private HomeReport followed(Optional<Entry> known, Point point) throws HypervisorException, InterruptedException {
        List<HomeMachine> machines = new HomeMachines(parts.hypervisor(), progress).of(point);
        Map<HomeMachine, Map<String, HomeDisk>> toSalvage = salvage.needed(machines);
        Entry entry = new Entry(HomeStage.FOLLOWING, point.id(), machines);
        journal.write(entry);
        steps.after(Step.GROUP_NOTED);
        requireStillOff(known, point);
        Map<String, Point> salvaged = salvage.publish(toSalvage);
        Optional<Point> said = order.known().map(id -> vault.vault().point(id));
        Follow follow = new Follow(vault, parts.processors(), parts.time(), steps);
        List<Brought> brought = new ArrayList<>();
        for (HomeMachine machine : machines) {
            Optional<Point> isAt = Optional.ofNullable(salvaged.get(machine.name()));
            Map<String, HomeDisk> published = toSalvage.getOrDefault(machine, Map.of());
            for (HomeDisk disk : machine.disks().values()) {
                brought.add(bring(follow, point, disk, published.containsValue(disk) ? isAt : said));
            }
        }
        return new HomeReport(
                HomeStage.FOLLOWING,
                point.id(),
                salvaged.values().stream().map(Point::id).toList(),
                brought);
    }

    /** A capture may have begun before it could be seen in the journal that it must not. */
    private void requireStillOff(Optional<Entry> known, Point point) throws HypervisorException {
        try {
            List<HomeMachine> _ = new HomeMachines(parts.hypervisor(), line -> {}).of(point);
        } catch (LifeboatException e) {
            if (known.isEmpty()) {
                journal.delete();
            }
            throw e;
        }
    }

    private Brought bring(Follow follow, Point point, HomeDisk disk, Optional<Point> isAt) throws InterruptedException {
        long size = point.disk(disk.name()).size();
        long[] told = {0};
        FollowReport report = follow.bring(disk, point, isAt, done -> {
            long part = size == 0 ? 0 : done * PARTS_TOLD / size;
            if (part > told[0] && part < PARTS_TOLD) {
                told[0] = part;
                progress.accept("%s: %d %% of %s".formatted(disk.name(), part * 100 / PARTS_TOLD, new ByteCount(size)));
            }
        });
        progress.accept("%s is %s, by %s%s: %d blocks compared, %d fetched, %d made zero, %s moved."
                .formatted(
                        disk.name(),
                        point.id(),
                        words(report.way()),
                        report.reason().isEmpty() ? "" : " (%s)".formatted(report.reason()),
                        report.looked(),
                        report.fetched(),
                        report.zeroed(),
                        new ByteCount(report.moved()).text()));
        return new Brought(disk, report);
    }

    private static String words(FollowReport.Way way) {
        return switch (way) {
            case DIFFERENCE -> "the difference of two points";
            case FINGERPRINTS -> "fingerprints";
            case FULL -> "a full restore";
        };
    }

    /** The last point, and then the machines run on their own disks. */
    HomeReport bringHome() throws HypervisorException, InterruptedException {
        Optional<Entry> known = journal.read();
        if (known.filter(entry ->
                        entry.stage() == HomeStage.HOME && entry.point().equals(order.point()))
                .isPresent()) {
            progress.accept("The machines of %s were brought home to %s before; nothing was done."
                    .formatted(order.group(), order.point()));
            return new HomeReport(HomeStage.HOME, order.point(), List.of(), List.of());
        }
        HomeReport followed;
        Entry entry;
        Optional<Entry> finishing = known.filter(one -> one.stage() == HomeStage.FINISHING);
        if (finishing.isPresent()) {
            entry = finishing.get();
            requireSamePoint(entry.point());
            followed = new HomeReport(HomeStage.FINISHING, entry.point(), List.of(), List.of());
        } else {
            requireNewest();
            followed = followed(known, vault.vault().point(order.point()));
            entry = journal.read().orElseThrow().in(HomeStage.FINISHING);
            journal.write(entry);
            steps.after(Step.GROUP_FINISHING);
        }
        for (HomeMachine machine : entry.machines()) {
            new HomeFinish(parts, steps, progress).finish(machine);
        }
        journal.write(entry.in(HomeStage.HOME));
        return new HomeReport(HomeStage.HOME, entry.point(), followed.salvaged(), followed.disks());
    }

    private void requireSamePoint(PointId begun) {
        if (!begun.equals(order.point())) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_HOME_OTHER_POINT,
                    "The machines of %s are being brought home to %s, and not to %s."
                            .formatted(order.group(), begun, order.point()));
        }
    }

    private void requireNewest() {
        Optional<PointId> newest = vault.vault().group(order.group()).newest().map(Point::id);
        if (!newest.equals(Optional.of(order.point()))) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_HOME_NOT_NEWEST,
                    "The newest point of %s is %s, and not %s."
                            .formatted(
                                    order.group(), newest.map(PointId::toString).orElse("not there"), order.point()));
        }
    }
}
