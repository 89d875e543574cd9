package dev.lifeboat.hypervisor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A hypervisor on one host.
 *
 * <p>Contract, which every implementation passes a suite of tests for:
 *
 * <ul>
 *   <li>Safe for use by several threads. Calls about one machine are carried out one after the other, those to its
 *       guest's agent apart from the rest, so that a silent guest holds up nothing else; a call about one machine does
 *       not wait for one about another, but for a bounded number at once.
 *   <li>Every call ends in a bounded time: {@link HypervisorException.Kind#TIMED_OUT} at the latest after 60 s, or the
 *       time that the method names. What it asked for may then still happen.
 *   <li>What is asked for twice is done once: ending, dropping, suspending, resuming, thawing, starting and stopping
 *       succeed when the machine is already as wanted.
 *   <li>A lost connection is made again in the background. Calls meanwhile fail at once with
 *       {@link HypervisorException.Kind#UNREACHABLE}, and nothing is repeated behind the caller's back.
 *   <li>Captures, suspensions and checkpoints outlive the connection and this process: who dies in the middle must be
 *       cleaned up after, see {@link #capture} and {@link #checkpoints}.
 *   <li>Only checkpoints that are ours ({@link CheckpointName#isOurs}) and captures whose socket is in our folder are
 *       ever ended or removed; the others are reported and left alone.
 * </ul>
 */
public interface Hypervisor extends AutoCloseable {

    /** The name of the host, for people. */
    String host();

    /** All machines of the host, by name. */
    List<Machine> machines() throws HypervisorException;

    /**
     * A machine with everything that is needed to make it again. Files that the machine keeps beside its disks are read
     * twice; when they differ the description fails with {@link HypervisorException.Kind#BUSY}. The guest's agent is
     * asked for addresses and waited for some seconds; what a silent one would have told is left out.
     */
    MachineDescription describe(MachineId machine) throws HypervisorException;

    /**
     * Begins to show disks as they are at this moment. The moment is the same for all disks of the machine. A running
     * or suspended machine is needed. When it fails there is neither a view nor the new checkpoint. Disks without any
     * tracking are shown without changes and are in no checkpoint.
     *
     * @throws HypervisorException {@link HypervisorException.Kind#TRACKING_LOST} when changes since the checkpoint
     *     cannot be told for every disk of the order; {@link HypervisorException.Kind#BUSY} when a capture, a migration
     *     or a block job is under way; {@link HypervisorException.Kind#WRONG_STATE} when the machine is off
     */
    FrozenView beginCapture(MachineId machine, CaptureOrder order) throws HypervisorException;

    /** The capture that is under way, whoever began it. */
    Optional<RunningCapture> capture(MachineId machine) throws HypervisorException;

    /**
     * A capture under way.
     *
     * @param socket of its NBD server, if it has one
     * @param ours whether this host's Lifeboat began it
     */
    record RunningCapture(Optional<Path> socket, boolean ours) {}

    /** How many bytes of scratch the capture under way has taken, by disk. Empty when there is none. */
    Map<String, Long> scratchUsed(MachineId machine) throws HypervisorException;

    /**
     * Ends our capture, if one is under way: the view is gone, scratch files are removed, the checkpoint that was made
     * with it stays. One of somebody else is left alone.
     */
    void endCapture(MachineId machine) throws HypervisorException;

    /** The checkpoints of a machine that are ours, the oldest first. */
    List<CheckpointState> checkpoints(MachineId machine) throws HypervisorException;

    /**
     * Drops a checkpoint of ours, and its tracking on every disk as far as there is any left. What changed since an
     * older checkpoint is still known afterwards.
     *
     * @throws HypervisorException {@link HypervisorException.Kind#WRONG_STATE} when the machine is off and its tracking
     *     is kept with its disks
     */
    void dropCheckpoint(MachineId machine, CheckpointName checkpoint) throws HypervisorException;

    /**
     * Makes checkpoints known again that lost only their names, as when the machine was renamed: those whose tracking
     * is still on every disk named.
     *
     * @return whether it is known now
     */
    boolean readoptCheckpoint(MachineId machine, CheckpointName checkpoint, Set<String> disks)
            throws HypervisorException;

    /**
     * Which ranges of a disk are kept in the very image that the guest writes to, in order; the rest is taken from the
     * one thing that lies beneath. Wherever the disk differs from what lies beneath is in them, as the disk was when
     * the machine was last held ({@link #suspend}) or, if that came later, when its process began; of what was written
     * since then some may be missing. What is in them once stays, also when the guest discards it. They may have more:
     * whole clusters, and what was pulled from beneath.
     *
     * @throws HypervisorException {@link HypervisorException.Kind#UNSUPPORTED} when not exactly one thing lies beneath,
     *     or when the image's format does not tell, or forgets what is discarded;
     *     {@link HypervisorException.Kind#WRONG_STATE} when the machine is off; {@link HypervisorException.Kind#FAILED}
     *     when it has no such disk
     */
    List<DiskRange> ownRanges(MachineId machine, String disk) throws HypervisorException;

    /** Holds the processors of a machine. What it has written until then is in its images. */
    void suspend(MachineId machine) throws HypervisorException;

    /** Lets the processors go on, also after a disk error. */
    void resume(MachineId machine) throws HypervisorException;

    /**
     * Asks the guest's agent to write everything out and hold its file systems.
     *
     * @param limit after which it has failed; the guest may then be frozen or freeze later, so it must be thawed
     * @return how many file systems are held
     */
    int freeze(MachineId machine, Duration limit) throws HypervisorException;

    /** Asks the guest's agent to let file systems go; none held is no error. */
    void thaw(MachineId machine, Duration limit) throws HypervisorException;

    /** Whether the guest's agent says that file systems are held. */
    boolean frozen(MachineId machine, Duration limit) throws HypervisorException;

    /**
     * Makes a machine known to the host, or changes it; it is not started.
     *
     * @param definition in the hypervisor's words, see {@link MachineDescription#kind}
     */
    MachineId define(String definition) throws HypervisorException;

    /** Makes the host forget a machine that is off, with our checkpoints' names; disks stay. */
    void undefine(MachineId machine) throws HypervisorException;

    /** Starts a machine. With {@code suspended} its processors do not begin until {@link #resume}. */
    void start(MachineId machine, boolean suspended) throws HypervisorException;

    /**
     * Asks the guest to shut down, by its agent and, when that does not answer in some seconds, by the power button;
     * whether it does is seen in its state.
     */
    void shutDown(MachineId machine) throws HypervisorException;

    /** Takes the power from a machine. */
    void powerOff(MachineId machine) throws HypervisorException;

    /**
     * What the machine's screen shows.
     *
     * @return a picture, as PNG or PPM
     */
    byte[] screen(MachineId machine) throws HypervisorException;

    /**
     * Hears of events until closed, by one thread of this class; who listens must not take long.
     *
     * @return closing it ends the listening
     */
    Watch watch(Consumer<HypervisorEvent> listener);

    /** Listening to events. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /** Ends the connection. Captures and checkpoints stay. */
    @Override
    void close();
}
