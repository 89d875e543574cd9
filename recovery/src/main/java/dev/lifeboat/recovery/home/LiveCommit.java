package dev.lifeboat.recovery.home;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.home.FollowJournal.Entry;
import dev.lifeboat.recovery.image.ImageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Has a hypervisor take the overlay into the old disk while the machine runs on it, which runs on the old disk then.
 *
 * <p>May be killed at any moment and called again as long as the machine runs. Once it was begun nobody else may commit
 * the overlay: only the hypervisor knows whether the machine is on the old disk already. For one thread.
 */
public final class LiveCommit {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final RecoveryHypervisor hypervisor;
    private final Timekeeper time;

    public LiveCommit(RecoveryHypervisor hypervisor, Timekeeper time) {
        this.hypervisor = hypervisor;
        this.time = time;
    }

    /**
     * Commits.
     *
     * @param machine that runs with the overlay as its disk
     * @param device the disk's name at the machine
     * @param limit for the hypervisor to catch up with the guest
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_COMMIT_NOT_LIVE} when this disk can only be committed
     *     with the machine off; {@link ErrorCode#RECOVERY_FOLLOW_UNFINISHED} when the overlay is no point;
     *     {@link ErrorCode#RECOVERY_HYPERVISOR_FAILED}, and the same call goes on
     */
    public CommitReport commit(HomeDisk disk, MachineId machine, String device, Duration limit)
            throws InterruptedException {
        try (FollowLock _ = FollowLock.take(disk)) {
            FollowJournal journal = new FollowJournal(disk.journal());
            Entry entry = journal.read()
                    .filter(one -> one.disk().equals(disk.name()))
                    .orElseThrow(() -> Follow.unfinished(disk));
            if (entry.state() != FollowState.COMMITTED) {
                requireReady(disk, entry);
                journal.write(entry.in(FollowState.PIVOTING));
                pivot(machine, device, disk.image(), limit);
                HomeCommit.finish(journal, disk, entry, true);
            }
            Files.deleteIfExists(disk.overlay());
            return new CommitReport(
                    disk.image(),
                    entry.at().orElseThrow(() -> Follow.unfinished(disk)).point(),
                    true);
        } catch (IOException e) {
            throw QemuImg.failed(disk.overlay(), e.toString(), e);
        }
    }

    /**
     * Whether a disk whose overlay is a point can be committed while its machine runs: not where there is nothing
     * beneath, nor where that is larger than the point.
     */
    static boolean isPossible(HomeDisk disk) throws InterruptedException {
        Optional<Entry> entry = new FollowJournal(disk.journal()).read();
        return entry.flatMap(Entry::beneath).isPresent() && !isSmaller(disk);
    }

    private static boolean isSmaller(HomeDisk disk) throws InterruptedException {
        return QemuImg.sizeInUse(disk.image(), disk.format()) > QemuImg.sizeInUse(disk.overlay(), ImageFormat.qcow2);
    }

    private static void requireReady(HomeDisk disk, Entry entry) throws InterruptedException {
        switch (entry.state()) {
            case MOVING -> throw Follow.unfinished(disk);
            case COMMITTING ->
                throw new LifeboatException(
                        ErrorCode.RECOVERY_COMMIT_UNDER_WAY,
                        "%s is being taken into %s with the machine off.".formatted(disk.overlay(), disk.image()));
            case AT, HANDED, PIVOTING, COMMITTED -> {
                // The machine may run on it.
            }
        }
        if (entry.beneath().isEmpty()) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_COMMIT_NOT_LIVE,
                    "%s lies over nothing: it is all of the disk.".formatted(disk.overlay()));
        }
        // Once it was begun the old disk may be in use, and was cut already or need not be.
        if (entry.state() != FollowState.PIVOTING && isSmaller(disk)) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_COMMIT_NOT_LIVE,
                    "The disk was made smaller: %s would be too large for what is on it.".formatted(disk.image()));
        }
    }

    private void pivot(MachineId machine, String device, Path beneath, Duration limit) throws InterruptedException {
        try {
            hypervisor.beginCommit(machine, device, beneath);
            Duration deadline = time.elapsed().plus(limit);
            HypervisorException busy = finish(machine, device, beneath);
            while (busy != null) {
                if (time.elapsed().compareTo(deadline) >= 0) {
                    throw busy;
                }
                time.pause(LOOK_AGAIN);
                busy = finish(machine, device, beneath);
            }
        } catch (HypervisorException e) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_HYPERVISOR_FAILED,
                    "Disk %s of machine %s was not taken into %s: %s"
                            .formatted(device, machine, beneath, e.getMessage()),
                    e);
        }
    }

    /** Null once the machine is on the old disk; why not, when it has not caught up yet. */
    private @Nullable HypervisorException finish(MachineId machine, String device, Path beneath)
            throws HypervisorException {
        try {
            hypervisor.finishCommit(machine, device, beneath);
            return null;
        } catch (HypervisorException e) {
            if (e.kind() == HypervisorException.Kind.BUSY) {
                return e;
            }
            throw e;
        }
    }
}
