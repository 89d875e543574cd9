package dev.lifeboat.recovery.home;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.recovery.PointAccess;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The groups that come home to a host.
 *
 * <p>Contract:
 *
 * <ul>
 *   <li>May be killed at any moment; the same order again goes on where it was, and one that was carried out does
 *       nothing. Until {@link HomeOrder.Deed#BRING_HOME} commits it, an old disk is read and not written to.
 *   <li>One process at a time works on a group.
 *   <li>Safe for use by several threads, each for another group.
 * </ul>
 */
public interface Homecomings extends AutoCloseable {

    /**
     * Carries out an order.
     *
     * @param access the keys of the order's point; the caller's to close
     * @param progress hears what is done, in sentences
     * @throws dev.lifeboat.model.LifeboatException with {@link dev.lifeboat.model.ErrorCode#RECOVERY_HOME_REFUSED},
     *     {@link dev.lifeboat.model.ErrorCode#RECOVERY_SALVAGE_NOT_POSSIBLE},
     *     {@link dev.lifeboat.model.ErrorCode#RECOVERY_HOME_FINISHING},
     *     {@link dev.lifeboat.model.ErrorCode#RECOVERY_HOME_NOT_NEWEST},
     *     {@link dev.lifeboat.model.ErrorCode#RECOVERY_HOME_OTHER_POINT} or
     *     {@link dev.lifeboat.model.ErrorCode#RECOVERY_FOLLOW_BUSY}, and nothing was changed; with
     *     {@link dev.lifeboat.model.ErrorCode#RECOVERY_HOME_NOT_RUNNING}, or what {@link Salvage}, {@link Follow},
     *     {@link HomeCommit} and {@link LiveCommit} throw, and the same order goes on
     */
    HomeReport carryOut(HomeOrder order, PointAccess access, Consumer<String> progress)
            throws HypervisorException, InterruptedException;

    /**
     * Why nobody may capture these machines now: their disks are between two states, or what is on them is not theirs
     * any more. Who has started a machine on its old disk, while that followed, has changed their mind.
     *
     * @param group to which they belong
     * @param machines their names
     * @return a reason as half a sentence; empty when nothing stands against it
     */
    Optional<String> heldBack(String group, Collection<String> machines);

    /** Ends the connection to the hypervisor. */
    @Override
    void close();
}
