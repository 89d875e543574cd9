package dev.lifeboat.hypervisor;

import java.util.Map;

/**
 * A checkpoint as the hypervisor has it.
 *
 * @param name of the checkpoint
 * @param disks for each disk that it covers, by the disk's name, whether what changed since can be trusted
 */
public record CheckpointState(CheckpointName name, Map<String, Tracking> disks) {

    public CheckpointState {
        disks = Map.copyOf(disks);
    }

    /** Whether all that changed on a disk since the checkpoint is known. */
    public enum Tracking {
        /** It is. */
        INTACT,
        /** Nothing is known: the tracking is gone, as after the hypervisor's process was killed. */
        MISSING,
        /** Something is there that must not be believed. */
        INCONSISTENT,
        /** The machine is off and nobody can look: found out when it runs. */
        UNKNOWN
    }
}
