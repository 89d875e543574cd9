package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.model.Timekeeper;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;

/**
 * What the cycles of a group work with.
 *
 * @param captures how many groups may be captured at once
 * @param stop says whether a capture may go on reading
 * @param ran machines that have run since they were last captured while off
 */
record CycleParts(
        Protection protection,
        Hypervisor hypervisor,
        Guard guard,
        HostNotes notes,
        Barrier barrier,
        Planning planning,
        PassJournal journal,
        PassLimit limit,
        SpoolStore spool,
        SeedProgress progress,
        Semaphore captures,
        CaptureStop stop,
        Set<MachineId> ran,
        OffTimes offTimes,
        RandomGenerator random,
        Timekeeper time) {

    Leftovers leftovers() {
        return new Leftovers(hypervisor, notes);
    }
}
