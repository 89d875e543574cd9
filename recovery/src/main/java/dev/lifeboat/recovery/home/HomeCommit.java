package dev.lifeboat.recovery.home;

import dev.lifeboat.host.Folders;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.home.FollowJournal.Entry;
import dev.lifeboat.recovery.home.Steps.Step;
import dev.lifeboat.recovery.image.ImageFormat;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * Takes the overlay of a machine that is off into the old disk, which has the disk's size and content then, in its own
 * format. Where there was no old disk, the overlay becomes it.
 *
 * <p>May be killed at any moment and called again, also after it was done: until the old disk is durable the overlay
 * has everything and is not changed. For one thread.
 */
public final class HomeCommit {

    /** In the journal in the place of the overlay's look, once that is not wanted any more. */
    private static final String WRITTEN = "written";

    private final Steps steps;

    public HomeCommit() {
        this(Steps.UNHEARD);
    }

    HomeCommit(Steps steps) {
        this.steps = steps;
    }

    /**
     * Commits.
     *
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_FOLLOW_UNFINISHED} when the overlay is no point;
     *     {@link ErrorCode#RECOVERY_HOME_DISK_CHANGED} when the old disk is not as the overlay needs it;
     *     {@link ErrorCode#RECOVERY_COMMIT_UNDER_WAY} when a hypervisor was at it; {@link ErrorCode#HOST_NO_SPACE} or
     *     {@link ErrorCode#RECOVERY_FOLLOW_FAILED}, and the same call goes on
     */
    public CommitReport commit(HomeDisk disk) throws InterruptedException {
        try (FollowLock _ = FollowLock.take(disk)) {
            FollowJournal journal = new FollowJournal(disk.journal());
            Entry entry = journal.read()
                    .filter(one -> one.disk().equals(disk.name()))
                    .orElseThrow(() -> Follow.unfinished(disk));
            boolean written = isWritten(disk, entry);
            if (entry.state() != FollowState.COMMITTED) {
                requireReady(disk, entry);
                journal.write(entry.in(FollowState.COMMITTING, written ? WRITTEN : ""));
                steps.after(Step.JOURNAL_COMMITTING);
                if (entry.beneath().isPresent()) {
                    commitInto(disk, entry);
                } else {
                    becomeDisk(disk, entry);
                }
                steps.after(Step.RESIZED);
                finish(journal, disk, entry, written);
            }
            Files.deleteIfExists(disk.overlay());
            steps.after(Step.OVERLAY_REMOVED);
            return new CommitReport(
                    disk.image(),
                    entry.at().orElseThrow(() -> Follow.unfinished(disk)).point(),
                    written);
        } catch (IOException e) {
            throw QemuImg.failed(disk.image(), e.toString(), e);
        }
    }

    /** Notes the end, before the overlay is removed. */
    static void finish(FollowJournal journal, HomeDisk disk, Entry entry, boolean written) throws IOException {
        journal.write(new Entry(
                FollowState.COMMITTED,
                entry.vault(),
                entry.disk(),
                FollowStart.beneath(disk),
                entry.size(),
                entry.at(),
                List.of(),
                written ? WRITTEN : ""));
    }

    private static boolean isWritten(HomeDisk disk, Entry entry) throws IOException {
        return switch (entry.state()) {
            case MOVING -> false;
            case PIVOTING -> true;
            case AT, HANDED ->
                Files.exists(disk.overlay()) && !FileLook.of(disk.overlay()).equals(entry.overlay());
            case COMMITTING, COMMITTED -> entry.overlay().equals(WRITTEN);
        };
    }

    /** Refuses before anything is written. */
    private static void requireReady(HomeDisk disk, Entry entry) throws IOException, InterruptedException {
        boolean begun = entry.state() == FollowState.COMMITTING;
        switch (entry.state()) {
            case MOVING -> throw Follow.unfinished(disk);
            case PIVOTING ->
                throw new LifeboatException(
                        ErrorCode.RECOVERY_COMMIT_UNDER_WAY,
                        "The hypervisor was taking %s into %s.".formatted(disk.overlay(), disk.image()));
            case AT, HANDED, COMMITTING, COMMITTED -> {
                // The overlay has all there is.
            }
        }
        if (entry.beneath().isEmpty()) {
            if (!begun && Files.exists(disk.image())) {
                throw changed(disk, "it was gone, and now there is one");
            }
            return;
        }
        if (!Files.exists(disk.image())) {
            throw changed(disk, "it is gone");
        }
        if (!begun && !entry.beneath().equals(FollowStart.beneath(disk))) {
            throw changed(disk, "it was written to, or is another file or of another format");
        }
        QemuImg.Shape _ = QemuImg.info(disk.image(), disk.format());
    }

    static LifeboatException changed(HomeDisk disk, String how) {
        return new LifeboatException(
                ErrorCode.RECOVERY_HOME_DISK_CHANGED,
                "%s is not the disk that %s lies over: %s.".formatted(disk.image(), disk.overlay(), how));
    }

    private void commitInto(HomeDisk disk, Entry entry) throws IOException, InterruptedException {
        long size = size(disk, entry);
        QemuImg.commit(disk.overlay());
        steps.after(Step.COMMITTED);
        switch (disk.format()) {
            case raw -> cut(disk.image(), size);
            case qcow2 -> {
                long now = QemuImg.info(disk.image(), ImageFormat.qcow2).size();
                if (now > QemuImg.sectors(size)) {
                    QemuImg.resize(disk.image(), ImageFormat.qcow2, now, size);
                }
            }
        }
        QemuImg.sync(disk.image());
    }

    /** The point's size to the byte, unless somebody has given the overlay another one since. */
    private static long size(HomeDisk disk, Entry entry) throws InterruptedException {
        long size = QemuImg.info(disk.overlay(), ImageFormat.qcow2).size();
        return size == QemuImg.sectors(entry.size()) ? entry.size() : size;
    }

    private static void cut(Path image, long size) throws IOException {
        // A block device keeps the size that it has.
        if (Files.isRegularFile(image) && Files.size(image) != size) {
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                file.setLength(size);
            }
        }
    }

    /** The disk gets its name only once it is whole; an attempt that got so far is not repeated. */
    private void becomeDisk(HomeDisk disk, Entry entry) throws IOException, InterruptedException {
        Path image = disk.image();
        if (!Files.exists(image) && !(disk.format() == ImageFormat.qcow2 && renamed(disk))) {
            Path part = image.resolveSibling(image.getFileName() + ".part");
            Files.deleteIfExists(part);
            QemuImg.convert(disk.overlay(), part, disk.format());
            if (disk.format() == ImageFormat.raw) {
                cut(part, size(disk, entry));
            }
            QemuImg.sync(part);
            Files.move(part, image, StandardCopyOption.ATOMIC_MOVE);
        }
        Folders.sync(Optional.ofNullable(image.getParent()).orElse(image));
        steps.after(Step.COMMITTED);
    }

    private static boolean renamed(HomeDisk disk) throws IOException {
        try {
            Files.move(disk.overlay(), disk.image(), StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (AtomicMoveNotSupportedException e) {
            return false;
        }
    }
}
