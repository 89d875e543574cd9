package dev.lifeboat.hypervisor;

import java.util.List;
import java.util.Optional;

/**
 * What a capture shall show.
 *
 * @param since the checkpoint since which changes are wanted; empty when none are
 * @param create the checkpoint to be made at this very moment; empty to make none
 * @param disks names of the disks, at least one
 */
public record CaptureOrder(Optional<CheckpointName> since, Optional<CheckpointName> create, List<String> disks) {

    public CaptureOrder {
        disks = List.copyOf(disks);
        if (disks.isEmpty()) {
            throw new IllegalArgumentException("a capture of no disk");
        }
    }
}
