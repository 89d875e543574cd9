package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.replication.Barrier.Frozen;
import dev.lifeboat.vault.capture.ChangedBlocks;
import java.util.Map;

/**
 * What was read of a group's frozen disks.
 *
 * @param frozen the disks
 * @param left for each machine and disk what was not looked at
 * @param any whether anything was
 */
record Taken(Frozen frozen, Map<MachineId, Map<String, ChangedBlocks>> left, boolean any) {

    boolean isWhole() {
        return left.values().stream().allMatch(disks -> disks.values().stream().allMatch(ChangedBlocks::isEmpty));
    }
}
