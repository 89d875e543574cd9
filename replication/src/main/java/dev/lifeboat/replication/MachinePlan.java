package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.CaptureOrder;
import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.vault.KeptDisk;
import dev.lifeboat.vault.capture.ChangedBlocks;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a machine is to be captured.
 *
 * @param description as it was when this was planned
 * @param off whether it is off, and was started for the capture without letting it run
 * @param since the checkpoint since which changes are asked for
 * @param published the one that the newest point names
 * @param disks that are covered and not excluded, in the machine's order
 * @param stale checkpoints of ours that neither the newest point nor a pass names
 * @param over its checkpoint from the beginning, when it was recovered and its disks are known to lie over what they
 *     lay over since
 */
record MachinePlan(
        MachineDescription description,
        boolean off,
        Optional<CheckpointName> since,
        Optional<CheckpointName> published,
        List<DiskPlan> disks,
        List<CheckpointName> stale,
        Optional<CheckpointName> over) {

    MachinePlan {
        disks = List.copyOf(disks);
        stale = List.copyOf(stale);
    }

    /**
     * How a disk is to be captured.
     *
     * @param name of the disk
     * @param base on top of what; empty for nothing
     * @param afresh whether all of it is to be looked at, because nobody knows what changed
     * @param pending what is to be looked at beside what changed, when that is known
     * @param reason why it is afresh, when it has a base: a resync; empty otherwise
     * @param tracked whether the hypervisor can remember its changes at all
     * @param overlaid whether, being afresh, it can differ from its base only in what its own image has
     */
    record DiskPlan(
            String name,
            Optional<KeptDisk> base,
            boolean afresh,
            ChangedBlocks pending,
            Optional<String> reason,
            boolean tracked,
            boolean overlaid) {

        /** Whether more is looked at than what changed, as it will not be from the next point on. */
        boolean catchesUp() {
            return (afresh && (tracked || base.isEmpty())) || !pending.isEmpty();
        }
    }

    Machine machine() {
        return description.machine();
    }

    /** Whether it has to be held for a moment, so that its disks' own images tell what they have. */
    boolean overlaid() {
        return disks.stream().anyMatch(DiskPlan::overlaid);
    }

    CaptureOrder order(CheckpointName create, long scratchBytes) {
        Set<String> afresh = disks.stream()
                .filter(disk -> since.isEmpty() || disk.afresh())
                .map(DiskPlan::name)
                .collect(Collectors.toSet());
        Optional<CheckpointName> from = afresh.size() == disks.size() ? Optional.empty() : since;
        return new CaptureOrder(
                from,
                Optional.of(create),
                disks.stream().map(DiskPlan::name).toList(),
                from.isEmpty() ? Set.of() : afresh,
                scratchBytes);
    }
}
