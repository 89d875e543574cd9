package dev.lifeboat.offline;

import dev.lifeboat.host.HostFolders;
import dev.lifeboat.model.Timekeeper;
import java.util.random.RandomGenerator;

/**
 * What commands on a vault have of the computer that they run on.
 *
 * @param folders where caches are
 * @param random good enough for keys
 * @param time the source of time
 * @param processors how many threads may compute at once
 * @param mainClass whose main takes a command line, for processes that outlive a command
 * @param classPath for it
 */
public record OfflineContext(
        HostFolders folders,
        RandomGenerator random,
        Timekeeper time,
        int processors,
        String mainClass,
        String classPath) {

    /** While two wait for the disk, the processors have work. */
    private static final int WAITING_FOR_DISK = 2;

    /** How many threads read, compute and write at once where a whole disk is worked on. */
    int diskWorkers() {
        return processors + WAITING_FOR_DISK;
    }
}
