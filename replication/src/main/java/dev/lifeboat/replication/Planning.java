package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.CheckpointState;
import dev.lifeboat.hypervisor.CheckpointState.Tracking;
import dev.lifeboat.hypervisor.DiskDescription;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.replication.MachinePlan.DiskPlan;
import dev.lifeboat.replication.Passes.DiskPass;
import dev.lifeboat.replication.Passes.MachinePass;
import dev.lifeboat.vault.KeptDisk;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.capture.ChangedBlocks;
import dev.lifeboat.vault.point.MachineRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Decides, from what the newest point and the passes say and what the hypervisor really has, what is to be read of a
 * machine. Only a checkpoint that one of them names is believed, and only where its tracking is whole; for whatever
 * cannot be believed there is a reason, in words.
 *
 * <p>A machine that was recovered has a checkpoint from before its first instruction that is named after the point its
 * disks lie over. When that very point is the newest, the checkpoint is as good as one that the point names. And as
 * long as the hypervisor knows the checkpoint of the newest point by name, whatever has become of its tracking, these
 * are the disks that the point was taken of: they lay over the same then as they do now, and differ from the point only
 * in what their own images have. For one thread.
 */
final class Planning {

    private final Hypervisor hypervisor;
    private final Protection protection;

    /** Checkpoints that turned out not to work although they look whole. */
    private final Set<CheckpointName> distrusted = new HashSet<>();

    Planning(Hypervisor hypervisor, Protection protection) {
        this.hypervisor = hypervisor;
        this.protection = protection;
    }

    /**
     * A capture since these checkpoints did not work.
     *
     * @return whether that was not known before
     */
    boolean distrust(List<MachinePlan> plans) {
        boolean anew = false;
        for (MachinePlan plan : plans) {
            anew |= plan.since().filter(distrusted::add).isPresent();
        }
        return anew;
    }

    /**
     * What is to be read of a machine that has a process.
     *
     * @param off whether it was started for the capture only
     * @param newest the point that the next will be on top of
     * @param record of the machine in it
     * @param pass what passes have brought of it
     */
    MachinePlan plan(
            Machine machine,
            boolean off,
            Optional<Point> newest,
            Optional<MachineRecord> record,
            Optional<MachinePass> pass)
            throws HypervisorException {
        MachineDescription description = hypervisor.describe(machine.id());
        List<DiskDescription> covered = description.coveredDisks().stream()
                .filter(disk -> !protection.excludedDisks().contains(machine.name() + "/" + disk.name()))
                .toList();
        Optional<CheckpointName> ofRecovery = record.isEmpty() ? Optional.empty() : newest.map(Planning::ofRecovery);
        Optional<CheckpointName> named = record.flatMap(Recorded::checkpoint);
        List<CheckpointName> believed = Stream.of(pass.map(MachinePass::checkpoint), ofRecovery, named)
                .flatMap(Optional::stream)
                .toList();
        List<CheckpointState> states = known(machine, believed, covered, record);
        Optional<CheckpointState> beginning = ofRecovery.flatMap(name -> stateOf(states, name));
        Optional<CheckpointState> ofNewest = beginning.or(() -> named.flatMap(name -> stateOf(states, name)));
        Optional<CheckpointName> published =
                beginning.map(CheckpointState::name).or(() -> named);
        Optional<CheckpointName> since = pass.map(MachinePass::checkpoint).or(() -> published);
        Optional<CheckpointName> over = beginning
                .map(CheckpointState::name)
                .or(() -> ofNewest.isEmpty() ? Optional.empty() : record.flatMap(Recorded::over));
        Optional<CheckpointState> ofOverlays = over.isEmpty() ? Optional.empty() : ofNewest;
        List<DiskPlan> disks = new ArrayList<>();
        for (DiskDescription disk : covered) {
            // On another image than the newest point says it may lie over the one that was written to since.
            boolean asThen = ofOverlays
                            .filter(one -> one.disks().containsKey(disk.name()))
                            .isPresent()
                    && (beginning.isPresent() || isOnTheImageOf(record, disk));
            disks.add(plan(machine, disk, since, states, record, pass, asThen));
        }
        // A checkpoint that tells of no disk is only in the way, of the hypervisor too.
        Optional<CheckpointName> useful = disks.stream().allMatch(DiskPlan::afresh) ? Optional.empty() : since;
        List<CheckpointName> stale =
                new ArrayList<>(states.stream().map(CheckpointState::name).toList());
        useful.ifPresent(stale::remove);
        published.filter(name -> !since.equals(Optional.of(name))).ifPresent(stale::remove);
        // Until the next point is there it tells, by being known, that these are the disks of the newest.
        ofOverlays.map(CheckpointState::name).ifPresent(stale::remove);
        return new MachinePlan(description, off, useful, published, disks, stale, over);
    }

    private static boolean isOnTheImageOf(Optional<MachineRecord> record, DiskDescription disk) {
        return record.flatMap(one -> Recorded.source(one, disk.name())).equals(Optional.of(disk.source()));
    }

    /** The checkpoint that a machine recovered from a point has from its beginning. */
    private static CheckpointName ofRecovery(Point point) {
        return CheckpointName.ofRecovery(
                point.id().epoch(), point.id().slot(), point.digest().hex());
    }

    /** The hypervisor's checkpoints; one that matters may have lost its name only, as when a machine is renamed. */
    private List<CheckpointState> known(
            Machine machine,
            List<CheckpointName> believed,
            List<DiskDescription> covered,
            Optional<MachineRecord> record)
            throws HypervisorException {
        MachineId id = machine.id();
        List<CheckpointState> states = hypervisor.checkpoints(id);
        if (believed.stream().anyMatch(name -> stateOf(states, name).isPresent())) {
            return states;
        }
        Set<String> disks = new HashSet<>();
        covered.stream()
                .filter(disk -> record.flatMap(one -> one.disk(disk.name())).isPresent())
                .forEach(disk -> disks.add(disk.name()));
        for (CheckpointName name : disks.isEmpty() ? List.<CheckpointName>of() : believed) {
            if (hypervisor.readoptCheckpoint(id, name, disks)) {
                return hypervisor.checkpoints(id);
            }
        }
        return states;
    }

    private static Optional<CheckpointState> stateOf(List<CheckpointState> states, CheckpointName name) {
        return states.stream().filter(state -> state.name().equals(name)).findFirst();
    }

    private DiskPlan plan(
            Machine machine,
            DiskDescription disk,
            Optional<CheckpointName> since,
            List<CheckpointState> states,
            Optional<MachineRecord> record,
            Optional<MachinePass> pass,
            boolean asThen) {
        Optional<DiskPass> begun = pass.flatMap(one -> one.disk(disk.name()));
        Optional<KeptDisk> base = begun.map(DiskPass::kept)
                .or(() -> record.flatMap(one -> one.disk(disk.name())).map(KeptDisk::of));
        boolean tracked = disk.tracking() != DiskDescription.TrackingKind.NONE;
        Optional<String> lost = base.isEmpty() || !tracked ? Optional.of("") : whyLost(machine, disk, since, states);
        boolean afresh = lost.isPresent();
        ChangedBlocks pending = new ChangedBlocks();
        if (!afresh) {
            begun.ifPresent(one -> pending.addAll(one.pending()));
        }
        boolean overlaid = asThen && lost.filter(why -> !why.isEmpty()).isPresent();
        return new DiskPlan(disk.name(), base, afresh, pending, lost.filter(why -> !why.isEmpty()), tracked, overlaid);
    }

    /** Why it cannot be told what changed on a disk; empty when it can. */
    private Optional<String> whyLost(
            Machine machine, DiskDescription disk, Optional<CheckpointName> since, List<CheckpointState> states) {
        String where = machine.name() + "/" + disk.name();
        if (since.isEmpty()) {
            return Optional.of("the newest point of %s was not made by replication".formatted(where));
        }
        if (distrusted.contains(since.get())) {
            return Optional.of("the hypervisor could not tell what changed on %s".formatted(where));
        }
        Optional<CheckpointState> state = stateOf(states, since.get());
        if (state.isEmpty() && states.stream().anyMatch(one -> one.name().isOfRecovery())) {
            return Optional.of("%s was recovered from another point than the newest".formatted(machine.name()));
        }
        if (state.isEmpty()) {
            return Optional.of(
                    "the hypervisor does not know checkpoint %s of %s any more".formatted(since.get(), machine.name()));
        }
        Tracking tracking = state.get().disks().getOrDefault(disk.name(), Tracking.MISSING);
        return switch (tracking) {
            // What nobody could look at shows when the capture begins.
            case INTACT, UNKNOWN -> Optional.empty();
            case MISSING ->
                Optional.of(
                        disk.tracking() == DiskDescription.TrackingKind.WHILE_RUNNING
                                ? "%s is kept in a format that does not remember changes over a stop".formatted(where)
                                : "the record of what changed on %s is gone, as after a crash of its hypervisor process"
                                        .formatted(where));
            case INCONSISTENT ->
                Optional.of("the record of what changed on %s is not whole, as after a crash".formatted(where));
        };
    }
}
