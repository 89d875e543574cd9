package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.model.Timekeeper;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;

/**
 * What the cycles of a group work with.
 *
 * @param reading how fast disks are read for first copies and resyncs
 * @param captures how many groups may be captured at once
 * @param stop says whether a capture may go on reading
 * @param seed where a first copy that is carried goes; with it a cycle keeps what it read, and publishes nothing
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
        Optional<SeedStore> seed,
        SeedProgress progress,
        Bandwidth reading,
        Semaphore captures,
        CaptureStop stop,
        Set<MachineId> ran,
        OffTimes offTimes,
        RandomGenerator random,
        Timekeeper time) {

    /** The same for a first copy that is carried. */
    CycleParts into(SeedStore folder, SpoolStore through) {
        return new CycleParts(
                protection,
                hypervisor,
                guard,
                notes,
                barrier,
                planning,
                journal,
                limit,
                through,
                Optional.of(folder),
                progress,
                reading,
                captures,
                stop,
                ran,
                offTimes,
                random,
                time);
    }

    Leftovers leftovers() {
        return new Leftovers(hypervisor, notes);
    }
}
