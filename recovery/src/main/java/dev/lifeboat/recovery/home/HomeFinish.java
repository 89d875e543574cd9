package dev.lifeboat.recovery.home;

import dev.lifeboat.hypervisor.DiskFile;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.home.Steps.Step;
import dev.lifeboat.recovery.image.ImageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The end of a machine's way home. Its overlays are the last point; it is started on them, and while it runs they are
 * taken into its old disks. A disk that cannot be committed so is committed before.
 *
 * <p>Goes on from whatever was done: {@link FollowState} tells of each disk, and where a commit was begun with the
 * machine running, its definition does. For one thread.
 */
final class HomeFinish {

    private static final Duration RUNNING_LIMIT = Duration.ofMinutes(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    /** As long as a whole disk may take, {@link QemuImg}. */
    private static final Duration COMMIT_LIMIT = Duration.ofHours(12);

    private final RecoveryHypervisor hypervisor;
    private final HostHomecomings.Parts parts;
    private final Steps steps;
    private final Consumer<String> progress;

    HomeFinish(HostHomecomings.Parts parts, Steps steps, Consumer<String> progress) {
        this.hypervisor = parts.hypervisor();
        this.parts = parts;
        this.steps = steps;
        this.progress = progress;
    }

    /** Does what is left to do. */
    void finish(HomeMachine machine) throws HypervisorException, InterruptedException {
        if (state(machine) == PowerState.OFF) {
            Map<String, DiskFile> files = new LinkedHashMap<>();
            for (Map.Entry<String, HomeDisk> disk : machine.disks().entrySet()) {
                file(disk.getValue()).ifPresent(file -> files.put(disk.getKey(), file));
            }
            hypervisor.keepDisksIn(machine.id(), files);
            hypervisor.start(machine.id(), false);
        } else {
            requireItsOverlays(machine);
        }
        awaitRunning(machine);
        progress.accept("%s runs here.".formatted(machine.name()));
        for (Map.Entry<String, HomeDisk> disk : machine.disks().entrySet()) {
            commit(machine, disk.getKey(), disk.getValue());
        }
    }

    private PowerState state(HomeMachine machine) throws HypervisorException {
        return hypervisor.machines().stream()
                .filter(one -> one.id().equals(machine.id()))
                .findFirst()
                .map(Machine::state)
                .orElseThrow(() -> new LifeboatException(
                        ErrorCode.RECOVERY_HOME_REFUSED,
                        "Machine %s (%s) is not known on this host any more.".formatted(machine.name(), machine.id())));
    }

    /** What a machine that is off is started on; empty where its definition knows that, and nobody else. */
    private Optional<DiskFile> file(HomeDisk disk) throws InterruptedException {
        return switch (Follow.state(disk).orElseThrow(() -> Follow.unfinished(disk))) {
            case MOVING -> throw Follow.unfinished(disk);
            case AT -> {
                if (LiveCommit.isPossible(disk)) {
                    Follow.requireIntact(disk);
                    Follow.handOver(disk);
                    steps.after(Step.HANDED_OVER);
                    yield Optional.of(overlay(disk));
                }
                yield Optional.of(committed(disk));
            }
            case HANDED -> {
                Follow.requireIntact(disk);
                yield Optional.of(overlay(disk));
            }
            case COMMITTING, COMMITTED -> Optional.of(committed(disk));
            case PIVOTING -> Optional.empty();
        };
    }

    private DiskFile overlay(HomeDisk disk) {
        try {
            // The hypervisor's processes run under another account.
            Files.setPosixFilePermissions(disk.folder(), PosixFilePermissions.fromString("rwx--x--x"));
        } catch (IOException e) {
            throw QemuImg.failed(disk.folder(), e.toString(), e);
        }
        return new DiskFile(disk.overlay(), ImageFormat.qcow2.name());
    }

    private DiskFile committed(HomeDisk disk) throws InterruptedException {
        CommitReport report = new HomeCommit(steps).commit(disk);
        progress.accept("%s is in %s.".formatted(disk.name(), report.image()));
        return new DiskFile(disk.image(), disk.format().name());
    }

    /** A machine that somebody has started on its old disk does not run on what was followed. */
    private void requireItsOverlays(HomeMachine machine) throws HypervisorException {
        for (Map.Entry<String, HomeDisk> each : machine.disks().entrySet()) {
            HomeDisk disk = each.getValue();
            boolean its = switch (Follow.state(disk).orElse(FollowState.MOVING)) {
                case MOVING, AT, COMMITTING -> false;
                case HANDED ->
                    hypervisor
                            .diskChain(machine.id(), each.getKey())
                            .images()
                            .getFirst()
                            .equals(disk.overlay().toString());
                case PIVOTING, COMMITTED -> true;
            };
            if (!its) {
                throw new LifeboatException(
                        ErrorCode.RECOVERY_HOME_REFUSED,
                        "Machine %s runs, and disk %s of it is not on %s: somebody has started it on its old disk."
                                .formatted(machine.name(), each.getKey(), disk.overlay()));
            }
        }
    }

    private void awaitRunning(HomeMachine machine) throws HypervisorException, InterruptedException {
        Duration end = parts.time().elapsed().plus(RUNNING_LIMIT);
        while (true) {
            PowerState now = state(machine);
            if (now == PowerState.RUNNING) {
                return;
            }
            if (parts.time().elapsed().compareTo(end) >= 0) {
                throw new LifeboatException(
                        ErrorCode.RECOVERY_HOME_NOT_RUNNING,
                        "Machine %s was not seen running within %d s: it is %s."
                                .formatted(machine.name(), RUNNING_LIMIT.toSeconds(), now));
            }
            parts.time().pause(LOOK_AGAIN);
        }
    }

    private void commit(HomeMachine machine, String device, HomeDisk disk) throws InterruptedException {
        boolean committed = Follow.state(disk).equals(Optional.of(FollowState.COMMITTED));
        CommitReport report = new LiveCommit(hypervisor, parts.time()).commit(disk, machine.id(), device, COMMIT_LIMIT);
        steps.after(Step.PIVOTED);
        if (!committed) {
            progress.accept("%s runs on %s, which has all of %s; its overlay is gone."
                    .formatted(machine.name(), report.image(), report.point()));
        }
    }
}
