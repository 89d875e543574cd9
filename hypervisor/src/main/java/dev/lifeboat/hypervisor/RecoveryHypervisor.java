package dev.lifeboat.hypervisor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A hypervisor on which machines are started that were described elsewhere. What is said of {@link Hypervisor} holds
 * here too; besides:
 *
 * <ul>
 *   <li>A machine that was placed by {@link #place} bears a mark, its owner. Only what bears the mark is ever removed
 *       by {@link #remove}.
 *   <li>A placed machine is known to the host for good and starts only when it is started. It is known for good, so
 *       that it can be found after the host was restarted; it never starts by itself, for what its disks lie over may
 *       not be there then. Who starts it by hand without that is refused by the hypervisor.
 *   <li>A checkpoint from time zero is a capture with {@link CaptureOrder#create} that is ended at once, on a machine
 *       that was started suspended.
 * </ul>
 */
public interface RecoveryHypervisor extends Hypervisor {

    /** Of each of a guest program's two outputs; what is more is cut off. */
    int MOST_OUTPUT_BYTES = 1 << 20;

    /** A file for a guest is a setting or a script, not a disk. */
    int MOST_GUEST_FILE_BYTES = 16 << 20;

    /**
     * What a machine that was described elsewhere would be on this host. Changes nothing, here or elsewhere, and gives
     * the same for the same. What this host does not have is replaced by what comes nearest, or is left out; each such
     * change is told. The rest, known to us or not, is kept.
     *
     * @throws HypervisorException {@link HypervisorException.Kind#UNSUPPORTED} with the reason when nothing here comes
     *     near: another hypervisor's description, another processor architecture, firmware of a kind that is not
     *     installed
     */
    AdaptedMachine adapt(MachineDescription description, Adaptation wanted) throws HypervisorException;

    /**
     * Makes the machine known to the host with its files, not started. When it is known already with this owner,
     * nothing is done: its files are those of its last stop by now. State of an emulated TPM that lies here of a
     * machine of the same identity is set aside, and comes back when this one is removed.
     *
     * @throws HypervisorException {@link HypervisorException.Kind#WRONG_STATE} when the host has a machine of this
     *     identity or name that is not this owner's
     */
    MachineId place(AdaptedMachine machine) throws HypervisorException;

    /** The machines of this host that were placed, each with its owner. */
    Map<MachineId, String> recovered() throws HypervisorException;

    /**
     * Makes the host forget a placed machine that is off, with the files that were placed with it and our checkpoints'
     * names. Its disks stay. One that is not known is no error, what it has left is removed.
     *
     * @throws HypervisorException {@link HypervisorException.Kind#WRONG_STATE} when the machine is not off, has
     *     checkpoints of somebody else, or was not placed
     */
    void remove(MachineId machine) throws HypervisorException;

    /** Takes the mark from a placed machine: from now on it is the host's own, and its files are. */
    void settle(MachineId machine) throws HypervisorException;

    /**
     * Keeps disks of a machine that is off in other files from its next start on. All else about the machine stays as
     * it is, and so do the files that the disks were kept in. Nothing is done where they are kept there already.
     *
     * @param files disk → file, which need not be there before the start
     * @throws HypervisorException {@link HypervisorException.Kind#WRONG_STATE} when the machine is not off;
     *     {@link HypervisorException.Kind#FAILED} when it has no such disk
     */
    void keepDisksIn(MachineId machine, Map<String, DiskFile> files) throws HypervisorException;

    /** Under which account the processes of machines run. */
    ProcessAccount account() throws HypervisorException;

    /** What this host has left, with the file system of a folder that need not be there yet. */
    HostRoom room(Path folder) throws HypervisorException;

    /**
     * Whether the guest's agent answers.
     *
     * @param limit after which it does not
     */
    boolean guestAnswers(MachineId machine, Duration limit) throws HypervisorException;

    /**
     * The guest's addresses, with prefix lengths, by hardware address, as far as its agent tells within some seconds or
     * the hypervisor has given them out; none of a machine that does not run.
     */
    Map<String, List<String>> addresses(MachineId machine) throws HypervisorException;

    /**
     * Runs a program in the guest and waits for its end. It is not run again when the answer is lost; after the limit
     * it may go on.
     *
     * @throws HypervisorException {@link HypervisorException.Kind#GUEST_AGENT_SILENT} when the agent does not answer;
     *     {@link HypervisorException.Kind#UNSUPPORTED} when it is not allowed to do this;
     *     {@link HypervisorException.Kind#TIMED_OUT} when the program did not end in time;
     *     {@link HypervisorException.Kind#FAILED} when it could not be started
     */
    GuestProgram.Outcome run(MachineId machine, GuestProgram program, Duration limit) throws HypervisorException;

    /**
     * Writes a file in the guest, over one that is there. Who wants it whole or not at all writes it under another name
     * and moves it with a program.
     *
     * @param path of it in the guest, whose folder is there
     * @throws HypervisorException as {@link #run}
     * @throws IllegalArgumentException when it is larger than {@link #MOST_GUEST_FILE_BYTES}
     */
    void writeGuestFile(MachineId machine, String path, byte[] content, Duration limit) throws HypervisorException;

    /**
     * What a disk of a machine is made of now.
     *
     * @throws HypervisorException {@link HypervisorException.Kind#WRONG_STATE} when the machine is off;
     *     {@link HypervisorException.Kind#FAILED} when it has no such disk
     */
    DiskChain diskChain(MachineId machine, String disk) throws HypervisorException;

    /**
     * Begins to take what lies beneath a disk into the image that the guest writes to, while the guest goes on. It ends
     * by itself, and the image stands alone then. What the guest writes is not disturbed, and tracking tells of the
     * guest's writes alone. One that was stopped goes on where it was. Nothing is done when it is under way, or when
     * nothing lies beneath.
     *
     * @param bytesPerSecond at most; 0 for as fast as it goes
     * @throws HypervisorException {@link HypervisorException.Kind#BUSY} while a capture or other work is under way;
     *     {@link HypervisorException.Kind#WRONG_STATE} when the machine is off
     */
    void beginPull(MachineId machine, String disk, long bytesPerSecond) throws HypervisorException;

    /**
     * Begins to take what the guest has written into the image beneath, while the guest goes on. It does not end by
     * itself: see {@link #finishCommit}. Nothing is done when it is under way, or when the guest writes to that image
     * already.
     *
     * @param beneath the image that directly lies beneath
     * @throws HypervisorException as {@link #beginPull}; {@link HypervisorException.Kind#FAILED} when something else
     *     lies beneath
     */
    void beginCommit(MachineId machine, String disk, Path beneath) throws HypervisorException;

    /**
     * Has the guest write to the image beneath from now on, at its next start too. The image that it wrote to before is
     * left and not needed any more. Nothing is done when the guest writes to that image already.
     *
     * @throws HypervisorException {@link HypervisorException.Kind#WRONG_STATE} when no commit to that image is under
     *     way; {@link HypervisorException.Kind#BUSY} when it has not caught up yet
     */
    void finishCommit(MachineId machine, String disk, Path beneath) throws HypervisorException;

    /**
     * Stops a pull or a commit that is under way, and waits until it is. The disk is as it was for the guest. Other
     * work is left alone.
     */
    void stopDiskWork(MachineId machine, String disk) throws HypervisorException;
}
