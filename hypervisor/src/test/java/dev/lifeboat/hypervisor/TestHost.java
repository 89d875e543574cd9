package dev.lifeboat.hypervisor;

import java.nio.file.Path;
import java.util.List;

/** A host for the contract's tests, with what an administrator and a guest can do to it. */
public interface TestHost {

    /** What disks of its machines have. */
    int DISK_BYTES = 4 << 20;

    /** By how much tracking is rounded at most. */
    int CLUSTER_BYTES = 64 << 10;

    /** A new connection, as of a process that was started anew. */
    RecoveryHypervisor connect() throws Exception;

    /** A machine that is off, with empty disks whose tracking is persistent. */
    MachineId add(String name, List<String> disks) throws Exception;

    /** The guest writes the same byte again and again. */
    void write(MachineId machine, String disk, int offset, int length, byte value) throws Exception;

    /** The guest says that it does not need a range any more; it reads as zero then. */
    void discard(MachineId machine, String disk, int offset, int length) throws Exception;

    /** The machine's process is killed. */
    void kill(MachineId machine) throws Exception;

    /** Somebody else begins a capture. */
    void beginForeignCapture(MachineId machine) throws Exception;

    /** Somebody else makes a checkpoint of the disk vda of a machine that runs. */
    void addForeignCheckpoint(MachineId machine) throws Exception;

    /** The hypervisor forgets the names of all checkpoints of a machine that is off; their tracking stays. */
    void forgetCheckpoints(MachineId machine) throws Exception;
    /** What every byte of an image from {@link #overlay} reads as before anybody has written. */
    byte BENEATH = 7;

    /**
     * A file that a disk can be on, over another.
     *
     * @param file of the host
     * @param beneath the file beneath, of the size of a test's disk and full of {@link #BENEATH}
     */
    record Overlay(Path file, Path beneath) {}

    /** An empty image over a full one. */
    Overlay overlay(String name) throws Exception;

    /** A folder of the host for what a machine keeps beside its disks. */
    Path folder() throws Exception;
}
