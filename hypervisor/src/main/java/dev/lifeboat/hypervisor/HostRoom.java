package dev.lifeboat.hypervisor;

/**
 * What a host has left.
 *
 * @param memoryBytes of the host
 * @param availableBytes of its memory, without swapping anything out
 * @param promisedBytes of its memory that machines which have a process may take, whether they have or not
 * @param processors that it runs machines on
 * @param folderBytes that can still be written to the folder that was asked about
 */
public record HostRoom(long memoryBytes, long availableBytes, long promisedBytes, int processors, long folderBytes) {

    /** How much memory a machine may take without taking anything from others, now or later. */
    public long freeMemoryBytes() {
        return Math.max(0, Math.min(availableBytes, memoryBytes - promisedBytes));
    }
}
