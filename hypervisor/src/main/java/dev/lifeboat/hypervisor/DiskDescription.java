package dev.lifeboat.hypervisor;

import java.util.Optional;

/**
 * A disk of a machine.
 *
 * @param name that is unique in its machine, such as {@code vda}
 * @param bus that the guest sees it at, such as {@code virtio}, {@code scsi} or {@code sata}
 * @param size in bytes, as the guest sees it; 0 where it cannot be known, as of an empty drive
 * @param format of what it is kept in, such as {@code raw} or {@code qcow2}
 * @param source where it is kept: a file or device of the host, or words that tell
 * @param tracking whether the record of changes survives the machine's stop
 * @param notCovered why it cannot be protected; empty when it can
 */
public record DiskDescription(
        String name,
        String bus,
        long size,
        String format,
        String source,
        TrackingKind tracking,
        Optional<String> notCovered) {

    /** How long the hypervisor remembers what changed. */
    public enum TrackingKind {
        /** With the disk: over stops and starts of the machine. */
        PERSISTENT,
        /** While the machine runs; after a stop everything has to be compared. */
        WHILE_RUNNING,
        /** Not at all: a capture shows the disk, what changed has to be found by comparing. */
        NONE
    }

    public boolean covered() {
        return notCovered.isEmpty();
    }
}
