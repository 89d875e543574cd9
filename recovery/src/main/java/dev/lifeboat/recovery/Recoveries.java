package dev.lifeboat.recovery;

import dev.lifeboat.hypervisor.HypervisorException;
import java.util.List;
import java.util.function.Consumer;

/**
 * The recoveries of a host.
 *
 * <p>Contract:
 *
 * <ul>
 *   <li>A recovery's name is the key. Starting one that is started looks after it and completes it. Ending may be
 *       repeated for as long as anything of it is there, whatever was broken off; a name that nothing here knows is
 *       told, also to who ended it and did not hear the answer. Another order under the same name is refused.
 *   <li>Everything that stands against a start is found and told at once, before anything is changed.
 *   <li>Who dies in the middle has done no harm: starting or ending goes on with the next call.
 *   <li>Success is what was seen: machines that showed the sign that was asked for, and after an end, that nothing is
 *       left.
 *   <li>Recovered machines go on whatever happens to this process.
 *   <li>Safe for use by several threads and processes; a recovery is worked on by one at a time.
 * </ul>
 */
public interface Recoveries {

    /**
     * Starts machines, one after the other, and opens their ports when all of them are ready.
     *
     * @param progress hears what is done, in sentences
     * @return how it stands when all are ready
     * @throws dev.lifeboat.model.LifeboatException with {@link dev.lifeboat.model.ErrorCode#RECOVERY_REFUSED},
     *     {@link dev.lifeboat.model.ErrorCode#RECOVERY_NAME_TAKEN}, {@link dev.lifeboat.model.ErrorCode#RECOVERY_BUSY},
     *     {@link dev.lifeboat.model.ErrorCode#RECOVERY_NOT_READY},
     *     {@link dev.lifeboat.model.ErrorCode#RECOVERY_KEY_NEEDED}, or what is wrong with the vault
     */
    RecoveryReport start(RecoveryOrder order, Consumer<String> progress)
            throws HypervisorException, InterruptedException;

    /** All recoveries of this host, by name, also those that have lost their journal. */
    List<RecoveryReport> observe() throws HypervisorException, InterruptedException;

    /**
     * Lets those recovered machines go on that the hypervisor has paused because their disks could not be read, once
     * their disks are served and the store answers. Machines that somebody else has suspended stay as they are; so do
     * those of a recovery that is being ended, or that another process works on at this moment. Does nothing when
     * nothing stands still, and may be called as often as one likes: each paused machine costs one question to the
     * store, bounded by seconds.
     *
     * @return the machines that were resumed, each as {@code MACHINE of RECOVERY}; whether they run on is seen later
     */
    List<String> resumePaused() throws HypervisorException, InterruptedException;

    /**
     * Ends a recovery: its machines are powered off and forgotten, and what they wrote is deleted.
     *
     * @return what is left and why, each in a sentence; empty when it was seen that nothing is
     * @throws dev.lifeboat.model.LifeboatException with {@link dev.lifeboat.model.ErrorCode#RECOVERY_UNKNOWN} when this
     *     host has neither files nor machines nor networks of that name, or
     *     {@link dev.lifeboat.model.ErrorCode#RECOVERY_BUSY}
     */
    List<String> end(String name) throws HypervisorException, InterruptedException;
}
