package dev.lifeboat.recovery.home;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.nbd.NbdDisk;
import dev.lifeboat.nbd.NbdException;
import dev.lifeboat.recovery.home.FollowJournal.Beneath;
import dev.lifeboat.recovery.home.FollowJournal.Entry;
import dev.lifeboat.recovery.home.FollowReport.Way;
import dev.lifeboat.recovery.home.Steps.Step;
import dev.lifeboat.recovery.image.ImageFormat;
import dev.lifeboat.recovery.image.QemuNbd;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.disk.OrderedWork;
import dev.lifeboat.vault.disk.Spare;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.PointHead;
import dev.lifeboat.vault.tree.Tree;
import dev.lifeboat.vault.tree.TreeNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A disk at home follows the points of the site that serves. An overlay over the old disk is brought to one point after
 * the other by writing the blocks that differ; the old disk is read and not changed.
 *
 * <p>Which ones differ is found out by the difference of two trees where it is known which point the overlay, or the
 * old disk under a new one, is. Else the local disk is compared with the point's tree by fingerprints, which fetches
 * nothing that is there already. Where there is no old disk the overlay stands alone and everything is fetched. Either
 * way a block is compared before it is fetched, and zeros are written as zeros.
 *
 * <p>May be killed at any moment: the journal has said before which point the overlay was and which it is being brought
 * to, so that the next attempt looks at the blocks in which these and its own differ, or at all. For one thread, which
 * uses several.
 */
public final class Follow {

    private final HomeVault vault;
    private final int processors;
    private final Timekeeper time;
    private final Steps steps;

    /**
     * Who brings disks home.
     *
     * @param vault whose blocks can be opened
     * @param processors how many threads read, fetch and write at once, each with 8 MiB of memory
     */
    public Follow(HomeVault vault, int processors, Timekeeper time) {
        this(vault, processors, time, Steps.UNHEARD);
    }

    Follow(HomeVault vault, int processors, Timekeeper time, Steps steps) {
        this.vault = vault;
        this.processors = processors;
        this.time = time;
        this.steps = steps;
    }

    /** What has to be done, and why so. */
    private record Choice(Candidates candidates, Way way, String reason) {}

    /** What was done. */
    private record Tally(long looked, long read, long fetched, long zeroed) {

        static final Tally NONE = new Tally(0, 0, 0, 0);

        Tally plus(Tally more) {
            return new Tally(looked + more.looked, read + more.read, fetched + more.fetched, zeroed + more.zeroed);
        }
    }

    /**
     * Brings a disk of a machine that is off to a point.
     *
     * @param target any point that has the disk, mostly newer than the one that it is at
     * @param known the point that the old disk is, where somebody knows, as after a planned failover; it is doubted
     *     first ({@link FollowReport#reason} says why in vain), and not asked for once the overlay is there
     * @param progress hears, by the calling thread, before which offset everything is done
     * @return what was done; the overlay is durable then
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_FOLLOW_FOREIGN},
     *     {@link ErrorCode#RECOVERY_FOLLOW_WRITTEN}, {@link ErrorCode#RECOVERY_COMMIT_UNDER_WAY} or
     *     {@link ErrorCode#RECOVERY_FOLLOW_BUSY}, and nothing was done; with {@link ErrorCode#HOST_NO_SPACE},
     *     {@link ErrorCode#RECOVERY_FOLLOW_FAILED} or what the vault throws, and the same call goes on
     */
    public FollowReport bring(HomeDisk disk, Point target, Optional<Point> known, LongConsumer progress)
            throws InterruptedException {
        DiskRecord wanted = target.disk(disk.name());
        long before = vault.bytesRead();
        try (FollowLock _ = FollowLock.take(disk)) {
            FollowJournal journal = new FollowJournal(disk.journal());
            FollowStart start = FollowStart.find(vault.vault(), disk, journal, known);
            Entry moving = begin(disk, journal, start, target, wanted);
            steps.after(Step.OVERLAY_READY);
            Choice choice;
            Tally tally;
            try (QemuNbd server = serve(disk)) {
                choice = choose(server.disk(), start, wanted);
                if (start instanceof FollowStart.Fresh fresh) {
                    Optional<PointHead> at = choice.way() == Way.DIFFERENCE
                            ? fresh.known().map(one -> one.point().head())
                            : Optional.empty();
                    moving = entry(start, wanted, disk, at, List.of(target.head()));
                    journal.write(moving);
                    steps.after(Step.START_NOTED);
                }
                tally = move(server.disk(), wanted, choice.candidates(), progress);
                steps.after(Step.BLOCKS);
                server.disk().flush();
            }
            QemuImg.sync(disk.overlay());
            steps.after(Step.OVERLAY_CLOSED);
            journal.write(new Entry(
                    FollowState.AT,
                    moving.vault(),
                    disk.name(),
                    moving.beneath(),
                    wanted.size(),
                    Optional.of(target.head()),
                    List.of(),
                    FileLook.of(disk.overlay())));
            steps.after(Step.JOURNAL_AT);
            return new FollowReport(
                    target.id(),
                    choice.way(),
                    choice.reason(),
                    wanted.size(),
                    tally.looked(),
                    tally.read(),
                    tally.fetched(),
                    tally.zeroed(),
                    vault.bytesRead() - before);
        } catch (IOException e) {
            throw unwritable(disk, e);
        }
    }

    /** Notes where the overlay is going, and only then makes it or gives it its size. */
    private Entry begin(HomeDisk disk, FollowJournal journal, FollowStart start, Point target, DiskRecord wanted)
            throws IOException, InterruptedException {
        if (start.beneath().isPresent()) {
            // Refused while a machine uses it.
            QemuImg.Shape _ = QemuImg.info(disk.image(), disk.format());
        }
        Entry moving = switch (start) {
            // Toward nothing: nothing was written yet.
            case FollowStart.Fresh _ -> entry(start, wanted, disk, Optional.empty(), List.of());
            case FollowStart.Unknown _ -> entry(start, wanted, disk, Optional.empty(), List.of(target.head()));
            case FollowStart.From from ->
                entry(start, wanted, disk, Optional.of(from.at()), with(from.toward(), target.head()));
        };
        journal.write(moving);
        steps.after(Step.JOURNAL_MOVING);
        if (start instanceof FollowStart.Fresh) {
            Files.deleteIfExists(disk.overlay());
            QemuImg.create(disk.overlay(), wanted.size(), start.beneath());
        } else {
            long size = QemuImg.info(disk.overlay(), ImageFormat.qcow2).size();
            if (size != QemuImg.sectors(wanted.size())) {
                QemuImg.resize(disk.overlay(), ImageFormat.qcow2, size, wanted.size());
            }
        }
        return moving;
    }

    private Entry entry(
            FollowStart start, DiskRecord wanted, HomeDisk disk, Optional<PointHead> at, List<PointHead> toward) {
        return new Entry(
                FollowState.MOVING,
                vault.vault().anchor().vault().hex(),
                disk.name(),
                start.beneath(),
                wanted.size(),
                at,
                toward,
                "");
    }

    private static List<PointHead> with(List<PointHead> points, PointHead more) {
        if (points.contains(more)) {
            return points;
        }
        List<PointHead> all = new ArrayList<>(points);
        all.add(more);
        return all;
    }

    private QemuNbd serve(HomeDisk disk) throws InterruptedException {
        try {
            return QemuNbd.serve(
                    disk.overlay(), time, "--format", "qcow2", "--cache", "writeback", "--discard", "unmap");
        } catch (QemuNbd.Refused e) {
            throw QemuImg.failed(disk.overlay(), String.valueOf(e.getMessage()), e);
        }
    }

    private Choice choose(NbdDisk local, FollowStart start, DiskRecord wanted)
            throws IOException, InterruptedException {
        return switch (start) {
            case FollowStart.Unknown(var beneath, var reason) ->
                new Choice(Candidates.all(), beneath.isEmpty() ? Way.FULL : Way.FINGERPRINTS, reason);
            case FollowStart.From from -> {
                List<DiskRecord> toward = new ArrayList<>(from.disks());
                toward.add(wanted);
                yield new Choice(Candidates.between(vault.vault(), from.disk(), toward), Way.DIFFERENCE, "");
            }
            case FollowStart.Fresh fresh -> {
                if (fresh.beneath().isEmpty()) {
                    yield new Choice(Candidates.all(), Way.FULL, fresh.reason());
                }
                if (fresh.known().isEmpty()) {
                    yield new Choice(Candidates.all(), Way.FINGERPRINTS, fresh.reason());
                }
                Optional<String> doubt = fresh.proven()
                        ? Optional.empty()
                        : doubt(local, fresh.known().get(), fresh.beneath().get(), wanted);
                yield doubt.map(reason -> new Choice(Candidates.all(), Way.FINGERPRINTS, reason))
                        .orElseGet(() -> new Choice(
                                Candidates.between(
                                        vault.vault(), fresh.known().get().disk(), List.of(wanted)),
                                Way.DIFFERENCE,
                                ""));
            }
        };
    }

    private Optional<String> doubt(NbdDisk local, KnownPoint known, Beneath beneath, DiskRecord wanted)
            throws IOException, InterruptedException {
        Path image = Path.of(beneath.file());
        Optional<String> doubt =
                known.doubtFromOutside(QemuImg.sizeInUse(image, beneath.format()), FileLook.written(image));
        return doubt.isPresent() ? doubt : known.doubtFromContent(vault.vault(), local, wanted, processors);
    }

    private Tally move(NbdDisk local, DiskRecord wanted, Candidates candidates, LongConsumer progress)
            throws IOException, InterruptedException {
        Tree tree = vault.vault().tree(wanted);
        byte[] key = vault.vault().anchor().treeKeys().fingerprintKey();
        long blocks = wanted.shape().blocks();
        record Worker(LeafComparison comparison, LeafMove move) {}
        record Done(long leaf, Tally tally) {}
        Spare<Worker> workers = new Spare<>(
                processors,
                () -> new Worker(
                        new LeafComparison(local, key),
                        new LeafMove(local, vault.vault().openers())));
        Tally[] sum = {Tally.NONE};
        try (OrderedWork<Worker> work = new OrderedWork<>(processors, workers)) {
            work.run(
                    candidates.leaves(wanted.shape().leaves()),
                    (worker, index) -> {
                        long mask = candidates.ofLeaf(index, blocks);
                        TreeNode leaf = tree.leaf(index);
                        LeafComparison.Difference difference =
                                worker.comparison().compare(leaf, index, wanted.size(), mask);
                        worker.move().write(leaf, index, wanted.size(), difference);
                        return new Done(
                                index,
                                new Tally(
                                        Long.bitCount(mask),
                                        difference.read(),
                                        Long.bitCount(difference.stored()),
                                        Long.bitCount(difference.blank())));
                    },
                    (Done done) -> {
                        sum[0] = sum[0].plus(done.tally());
                        steps.after(Step.LEAF);
                        progress.accept(Math.min((done.leaf() + 1) * TreeNode.FANOUT * Block.SIZE, wanted.size()));
                    });
        }
        return sum[0];
    }

    /**
     * Notes that a machine may write to the overlay from now on: it follows no more points, and can only be committed.
     *
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_FOLLOW_UNFINISHED} unless the overlay is a point
     */
    public static void handOver(HomeDisk disk) {
        try (FollowLock _ = FollowLock.take(disk)) {
            FollowJournal journal = new FollowJournal(disk.journal());
            Entry entry = journal.read()
                    .filter(one -> one.state() == FollowState.AT || one.state() == FollowState.HANDED)
                    .orElseThrow(() -> unfinished(disk));
            journal.write(entry.in(FollowState.HANDED));
        }
    }

    /**
     * Refuses an overlay whose old disk is not as it was when the overlay came to its point: together they are nothing.
     *
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_HOME_DISK_CHANGED}
     */
    static void requireIntact(HomeDisk disk) {
        Optional<Entry> entry = new FollowJournal(disk.journal()).read();
        try {
            if (entry.isEmpty() || !entry.get().beneath().equals(FollowStart.beneath(disk))) {
                throw HomeCommit.changed(disk, "it was written to, or is another file or of another format");
            }
        } catch (IOException e) {
            throw QemuImg.failed(disk.image(), e.toString(), e);
        }
    }

    /** Where a disk stands, by its journal; empty when there is none, or it is damaged. */
    public static Optional<FollowState> state(HomeDisk disk) {
        return new FollowJournal(disk.journal()).read().map(Entry::state);
    }

    /**
     * Whether the old disk may have what is not in the vault: not while a commit overwrites it, nor after one until
     * somebody writes to it.
     */
    public static boolean mayHaveMore(HomeDisk disk) {
        Optional<Entry> entry = new FollowJournal(disk.journal()).read();
        try {
            Optional<Beneath> beneath = FollowStart.beneath(disk);
            return beneath.isPresent()
                    && entry.filter(one -> switch (one.state()) {
                                case MOVING, AT, HANDED -> false;
                                case COMMITTING, PIVOTING -> true;
                                case COMMITTED ->
                                    one.beneath().equals(beneath)
                                            && one.overlay().isEmpty();
                            })
                            .isEmpty();
        } catch (IOException e) {
            throw QemuImg.failed(disk.image(), e.toString(), e);
        }
    }

    static LifeboatException unfinished(HomeDisk disk) {
        return new LifeboatException(
                ErrorCode.RECOVERY_FOLLOW_UNFINISHED,
                "%s has not come to a point, by what %s says.".formatted(disk.overlay(), disk.journal()));
    }

    private static LifeboatException unwritable(HomeDisk disk, IOException e) {
        boolean full = e instanceof NbdException nbd && nbd.errno() == NbdException.ENOSPC;
        return new LifeboatException(
                full ? ErrorCode.HOST_NO_SPACE : ErrorCode.RECOVERY_FOLLOW_FAILED,
                "%s of %s: %s".formatted(disk.overlay(), disk.name(), e.getMessage()),
                e);
    }
}
