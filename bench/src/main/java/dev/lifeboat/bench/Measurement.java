package dev.lifeboat.bench;

import dev.lifeboat.bench.tool.ProcessCost;
import dev.lifeboat.bench.tool.StoredSize;
import dev.lifeboat.model.ByteCount;

/**
 * One thing measured once.
 *
 * @param tool who did the work
 * @param diskBytes the size of the disk
 * @param round from 1
 * @param wallS from the beginning to the end, in seconds
 * @param cpuS processor time, in seconds
 * @param rssMib the most memory, in MiB
 * @param storedBytes what the repository holds, or what this round added to it
 * @param objects how many files that is
 * @param changedBytes how much of the disk had changed since the point before; zero in a first copy
 */
public record Measurement(
        String tool,
        long diskBytes,
        int round,
        double wallS,
        double cpuS,
        double rssMib,
        long storedBytes,
        long objects,
        long changedBytes) {

    static Measurement of(String tool, long diskBytes, int round, ProcessCost cost, StoredSize stored) {
        return new Measurement(
                tool, diskBytes, round, cost.wallS(), cost.cpuS(), cost.rssMib(), stored.bytes(), stored.objects(), 0);
    }

    /** The same, after so much had changed. */
    Measurement after(ByteCount changed) {
        return new Measurement(tool, diskBytes, round, wallS, cpuS, rssMib, storedBytes, objects, changed.bytes());
    }
}
