package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.vault.KeptDisk;
import dev.lifeboat.vault.capture.ChangedBlocks;
import dev.lifeboat.vault.key.SessionId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
 * @param carried what of it went into a folder that is carried to the vault; until that has arrived it is not there
 */
record Passes(
        Optional<String> parent,
        String reason,
        boolean resync,
        int passes,
        List<MachinePass> machines,
        Optional<CarriedSeed> carried) {

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

    /** The same, with what is to be known of the carrying. */
    Passes with(CarriedSeed seed) {
        return new Passes(parent, reason, resync, passes, machines, Optional.of(seed));
    }

    /** The sessions in whose packs the trees have slots. */
    Set<SessionId> sessions() {
        Set<SessionId> sessions = new HashSet<>();
        machines.forEach(machine ->
                machine.disks().forEach(disk -> sessions.addAll(disk.kept().sessions())));
        return sessions;
    }

    Optional<MachinePass> machine(MachineId id) {
        return machines.stream().filter(one -> one.id().equals(id)).findFirst();
    }
}
