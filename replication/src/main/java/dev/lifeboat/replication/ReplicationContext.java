package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.store.BlobStore;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/**
 * What replication works with. Whoever makes these closes them, after the replication.
 *
 * @param hypervisor of this host
 * @param store of the vault, which asks again by itself when a failure may pass
 * @param credentials of this host's writer
 * @param guard that frees guests when this process does not
 * @param state folder for what must outlive the process; lost, everything is compared once
 * @param spool folder for packs that wait for the store
 * @param spoolBytes the most that may wait there, for each group
 * @param bandwidth how much may be sent, all groups together
 * @param catchUpReading how much of guests' disks may be read for first copies and resyncs, all groups together; cycles
 *     are not held up by it
 * @param processors how many threads compress and encrypt at once, for each capture
 * @param listener hears what happens
 * @param random for names, keys and pauses; must be fit for keys
 * @param holdBack says which groups are left alone for now
 */
public record ReplicationContext(
        Hypervisor hypervisor,
        BlobStore store,
        Credentials credentials,
        Guard guard,
        Path state,
        Path spool,
        ByteCount spoolBytes,
        BandwidthSchedule bandwidth,
        BandwidthSchedule catchUpReading,
        int processors,
        ReplicationListener listener,
        RandomGenerator random,
        Timekeeper time,
        HoldBack holdBack) {

    /** Room for the packs that are being filled, and as much again for those that are on their way. */
    public static final ByteCount LEAST_SPOOL = ByteCount.ofMebibytes(128);

    /** First copies and resyncs are read as fast as goes, and nobody else works on the machines. */
    public ReplicationContext(
            Hypervisor hypervisor,
            BlobStore store,
            Credentials credentials,
            Guard guard,
            Path state,
            Path spool,
            ByteCount spoolBytes,
            BandwidthSchedule bandwidth,
            int processors,
            ReplicationListener listener,
            RandomGenerator random,
            Timekeeper time) {
        this(
                hypervisor,
                store,
                credentials,
                guard,
                state,
                spool,
                spoolBytes,
                bandwidth,
                BandwidthSchedule.unlimited(),
                processors,
                listener,
                random,
                time,
                HoldBack.NOBODY);
    }

    public ReplicationContext {
        if (spoolBytes.compareTo(LEAST_SPOOL) < 0) {
            throw new IllegalArgumentException("a spool of %s".formatted(spoolBytes));
        }
    }
}
