package dev.lifeboat.recovery.home;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.home.FollowJournal.Beneath;
import dev.lifeboat.recovery.home.FollowJournal.Entry;
import dev.lifeboat.recovery.image.ImageFormat;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.PointHead;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From what there is of a disk it is brought to its next point: found out by looking, and by its journal. */
sealed interface FollowStart {

    /** The old disk as it is now; empty when it is gone. */
    Optional<Beneath> beneath();

    /**
     * There is no overlay, or none that is worth anything.
     *
     * @param known which point the old disk is said to be
     * @param proven whether it is known to be that point: a commit has made it so, and nobody has written to it since
     * @param reason why everything is compared where nothing is known
     */
    record Fresh(Optional<Beneath> beneath, Optional<KnownPoint> known, boolean proven, String reason)
            implements FollowStart {}

    /** There is an overlay, and it is not known what is in it. */
    record Unknown(Optional<Beneath> beneath, String reason) implements FollowStart {}

    /**
     * There is an overlay that was a point, and was perhaps being brought to others since.
     *
     * @param at the point that it was
     * @param disk of that point
     * @param toward the points to which it was being brought
     * @param disks of those
     */
    record From(
            Optional<Beneath> beneath, PointHead at, DiskRecord disk, List<PointHead> toward, List<DiskRecord> disks)
            implements FollowStart {}

    /**
     * Finds out. Changes nothing.
     *
     * @param known which point the old disk is, if somebody has said
     * @throws LifeboatException when what is there must not be written to
     */
    static FollowStart find(Vault vault, HomeDisk disk, FollowJournal journal, Optional<Point> known)
            throws IOException, InterruptedException {
        Optional<Beneath> beneath = beneath(disk);
        Optional<Entry> entry = journal.read();
        if (entry.isPresent()) {
            requireOurs(vault, disk, entry.get());
        }
        boolean committed =
                entry.filter(one -> one.state() == FollowState.COMMITTED).isPresent();
        if (committed || !Files.exists(disk.overlay())) {
            return fresh(vault, disk, beneath, entry.filter(one -> committed), known);
        }
        if (entry.isEmpty()) {
            if (!journal.exists()) {
                throw foreign(disk, "there is no journal beside it");
            }
            requireOver(disk, beneath);
            return new Unknown(beneath, "the journal is damaged");
        }
        return going(vault, disk, entry.get(), beneath, known);
    }

    private static FollowStart fresh(
            Vault vault, HomeDisk disk, Optional<Beneath> beneath, Optional<Entry> committed, Optional<Point> known) {
        if (beneath.isEmpty()) {
            return new Fresh(beneath, Optional.empty(), false, "there is no disk %s".formatted(disk.image()));
        }
        Optional<KnownPoint> came = committed
                .filter(entry ->
                        entry.beneath().equals(beneath) && entry.overlay().isEmpty())
                .flatMap(Entry::at)
                .flatMap(head -> point(vault, head))
                .map(point -> KnownPoint.of(point, disk.name()));
        Optional<KnownPoint> said = known.map(point -> KnownPoint.of(point, disk.name()));
        return new Fresh(beneath, came.or(() -> said), came.isPresent(), "it is not known which point the disk is");
    }

    private static FollowStart going(
            Vault vault, HomeDisk disk, Entry entry, Optional<Beneath> beneath, Optional<Point> known)
            throws IOException, InterruptedException {
        switch (entry.state()) {
            case HANDED -> throw written(disk, "it was handed to a machine");
            case COMMITTING, PIVOTING ->
                throw new LifeboatException(
                        ErrorCode.RECOVERY_COMMIT_UNDER_WAY,
                        "%s is being taken into %s.".formatted(disk.overlay(), disk.image()));
            case AT -> {
                if (!FileLook.of(disk.overlay()).equals(entry.overlay())) {
                    throw written(disk, "somebody has written to it since");
                }
            }
            case MOVING, COMMITTED -> {
                // Nobody but this has anything in the overlay.
            }
        }
        if (beneath.isPresent() != entry.beneath().isPresent()) {
            // An overlay over nothing is nothing; and a restored disk beside one that came back is one too many.
            return new Fresh(
                    beneath,
                    known.map(point -> KnownPoint.of(point, disk.name())),
                    false,
                    beneath.isPresent()
                            ? "%s is there again".formatted(disk.image())
                            : "%s is gone".formatted(disk.image()));
        }
        requireOver(disk, beneath);
        if (entry.at().isEmpty() && entry.toward().isEmpty()) {
            return fresh(vault, disk, beneath, Optional.empty(), known);
        }
        if (!beneath.equals(entry.beneath())) {
            return new Unknown(beneath, "%s was written to since".formatted(disk.image()));
        }
        return from(vault, disk, entry, beneath);
    }

    private static FollowStart from(Vault vault, HomeDisk disk, Entry entry, Optional<Beneath> beneath) {
        if (entry.at().isEmpty()) {
            return new Unknown(beneath, "comparing everything was broken off");
        }
        if (entry.toward().size() == Entry.MOST_TOWARD) {
            return new Unknown(beneath, "bringing it to %d other points was broken off".formatted(Entry.MOST_TOWARD));
        }
        Optional<DiskRecord> at = point(vault, entry.at().get()).map(point -> point.disk(disk.name()));
        List<DiskRecord> disks = new ArrayList<>();
        for (PointHead head : entry.toward()) {
            point(vault, head).ifPresent(point -> disks.add(point.disk(disk.name())));
        }
        if (at.isEmpty() || disks.size() < entry.toward().size()) {
            return new Unknown(
                    beneath,
                    "a point that it was, %s or one after it, is not in the vault any more"
                            .formatted(entry.at().get().point()));
        }
        return new From(beneath, entry.at().get(), at.get(), entry.toward(), disks);
    }

    private static Optional<Point> point(Vault vault, PointHead head) {
        try {
            return Optional.of(vault.point(head.point())).filter(point -> head.matches(point.head()));
        } catch (LifeboatException e) {
            if (e.code() != ErrorCode.VAULT_POINT_UNKNOWN) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** The old disk as it is. */
    static Optional<Beneath> beneath(HomeDisk disk) throws IOException {
        return Files.exists(disk.image())
                ? Optional.of(new Beneath(disk.image().toString(), disk.format(), FileLook.of(disk.image())))
                : Optional.empty();
    }

    private static void requireOurs(Vault vault, HomeDisk disk, Entry entry) {
        boolean sameFile = entry.beneath()
                .filter(old -> !old.file().equals(disk.image().toString()) || old.format() != disk.format())
                .isEmpty();
        if (!entry.vault().equals(vault.anchor().vault().hex()) || !entry.disk().equals(disk.name()) || !sameFile) {
            throw foreign(
                    disk,
                    "the journal beside it is of %s of vault %s%s"
                            .formatted(
                                    entry.disk(),
                                    entry.vault(),
                                    entry.beneath()
                                            .map(old -> " over the %s image %s".formatted(old.format(), old.file()))
                                            .orElse("")));
        }
    }

    private static void requireOver(HomeDisk disk, Optional<Beneath> beneath) throws InterruptedException {
        String backing = QemuImg.info(disk.overlay(), ImageFormat.qcow2).backing();
        if (!backing.equals(beneath.map(Beneath::file).orElse(""))) {
            throw foreign(disk, "it lies over \"%s\"".formatted(backing));
        }
    }

    private static LifeboatException foreign(HomeDisk disk, String why) {
        return new LifeboatException(
                ErrorCode.RECOVERY_FOLLOW_FOREIGN,
                "%s is not the overlay of %s over %s: %s.".formatted(disk.overlay(), disk.name(), disk.image(), why));
    }

    private static LifeboatException written(HomeDisk disk, String how) {
        return new LifeboatException(
                ErrorCode.RECOVERY_FOLLOW_WRITTEN,
                "%s may have more than a point of the vault: %s.".formatted(disk.overlay(), how));
    }
}
