package dev.lifeboat.agent.guard;

import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.replication.Guard.Hold;
import java.util.Set;

/**
 * That machines may be held.
 *
 * @param hold in what way
 * @param machines all of them
 * @param running those that ran when the guard was armed. The others had been suspended by somebody else, and are not
 *     ours to resume
 */
record Held(Hold hold, Set<MachineId> machines, Set<MachineId> running) {

    /** As many as a group can have, and more than a host carries. */
    static final int MOST_MACHINES = 256;

    Held {
        machines = Set.copyOf(machines);
        running = Set.copyOf(running);
        if (machines.isEmpty() || machines.size() > MOST_MACHINES) {
            throw new IllegalArgumentException("a hold of %d machines".formatted(machines.size()));
        }
        if (!machines.containsAll(running)) {
            throw new IllegalArgumentException("a machine that runs is not among those held");
        }
    }
}
