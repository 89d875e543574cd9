package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.vault.KeptDisk;
import dev.lifeboat.vault.capture.ChangedBlocks;
import java.util.List;
import java.util.Optional;

/**
 * What passes over a group's disks have brought until now, none of which a point names yet. It is the whole of what has
 * to be remembered of a seed or a resync.
 *
 * <p>Invariant: of each disk, all that is not pending and was not changed since the machine's checkpoint is in the kept
 * tree.
 *
 * @param parent the newest point when they began, on top of which they are
 * @param reason why everything is looked at, in a sentence
 * @param resync whether there is a history that goes on
 * @param passes how many there were
 * @param machines what there is of each
 */
record Passes(Optional<String> parent, String reason, boolean resync, int passes, List<MachinePass> machines) {

    Passes {
        machines = List.copyOf(machines);
    }

    /**
     * A machine.
     *
     * @param id of it
     * @param checkpoint that was made with the last pass
     * @param disks that are covered
     */
    record MachinePass(MachineId id, CheckpointName checkpoint, List<DiskPass> disks) {

        MachinePass {
            disks = List.copyOf(disks);
        }

        Optional<DiskPass> disk(String name) {
            return disks.stream()
                    .filter(one -> one.kept().disk().name().equals(name))
                    .findFirst();
        }
    }

    /**
     * A disk.
     *
     * @param kept what was taken of it
     * @param pending what was not looked at yet
     */
    record DiskPass(KeptDisk kept, ChangedBlocks pending) {}

    Optional<MachinePass> machine(MachineId id) {
        return machines.stream().filter(one -> one.id().equals(id)).findFirst();
    }
}
