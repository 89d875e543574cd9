package dev.lifeboat.hypervisor;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a capture shall show.
 *
 * @param since the checkpoint since which changes are wanted; empty when none are
 * @param create the checkpoint to be made at this very moment; empty to make none
 * @param disks names of the disks, at least one
 * @param afresh those of them of which no changes are wanted, such as a disk that was added since that checkpoint
 * @param scratchBytes how many bytes of scratch a disk may take before {@link HypervisorEvent.ScratchFull} is told;
 *     {@link #UNBOUNDED} never tells. Nothing stops there by itself: whoever began the capture has to end it
 */
public record CaptureOrder(
        Optional<CheckpointName> since,
        Optional<CheckpointName> create,
        List<String> disks,
        Set<String> afresh,
        long scratchBytes) {

    /** No bound but the file system's: when that is full the guest stands still, {@link HypervisorEvent.DiskError}. */
    public static final long UNBOUNDED = Long.MAX_VALUE;

    /** Changes are wanted of all disks, or of none, whatever scratch they take. */
    public CaptureOrder(Optional<CheckpointName> since, Optional<CheckpointName> create, List<String> disks) {
        this(since, create, disks, UNBOUNDED);
    }

    /** Changes are wanted of all disks, or of none. */
    public CaptureOrder(
            Optional<CheckpointName> since, Optional<CheckpointName> create, List<String> disks, long scratchBytes) {
        this(since, create, disks, Set.of(), scratchBytes);
    }

    public CaptureOrder {
        disks = List.copyOf(disks);
        afresh = Set.copyOf(afresh);
        if (disks.isEmpty() || disks.stream().distinct().count() < disks.size()) {
            throw new IllegalArgumentException("a capture of the disks %s".formatted(disks));
        }
        if (!disks.containsAll(afresh)) {
            throw new IllegalArgumentException("%s are not all among %s".formatted(afresh, disks));
        }
        if (scratchBytes < 1) {
            throw new IllegalArgumentException("scratch of %d bytes".formatted(scratchBytes));
        }
    }

    /** The checkpoint since which the changes of a disk are wanted. */
    public Optional<CheckpointName> since(String disk) {
        return afresh.contains(disk) ? Optional.empty() : since;
    }

    /** The same, told of scratch from here on. */
    public CaptureOrder withScratch(long bytes) {
        return new CaptureOrder(since, create, disks, afresh, bytes);
    }
}
