package dev.lifeboat.recovery.task;

import dev.lifeboat.recovery.PointAccess;
import dev.lifeboat.recovery.RecoveryOrder;
import dev.lifeboat.recovery.home.HomeOrder;
import java.util.List;
import java.util.Optional;

/**
 * The recoveries of a host as tasks: whoever gives one may go away, come back and ask.
 *
 * <p>Contract:
 *
 * <ul>
 *   <li>A recovery's name is the key. The same task again is the same task while it is worked on, and afterwards it is
 *       looked after anew: {@link dev.lifeboat.recovery.Recoveries} and {@link dev.lifeboat.recovery.home.Homecomings}
 *       say what that means.
 *   <li>One task works on a recovery at a time, and a bounded number on the host. One that is not taken has changed
 *       nothing.
 *   <li>A task ends in a bounded time. One that runs longer is broken off and has failed.
 *   <li>Tasks die with the process, and their keys with them. What they did stays, as their journals say; the same task
 *       given again goes on from there.
 *   <li>Keys are erased when their task has ended, or was not taken.
 *   <li>Safe for use by several threads; nothing here waits for a task.
 * </ul>
 */
public interface RecoveryTasks extends AutoCloseable {

    /**
     * Begins to start machines, or says how far that is.
     *
     * @param access taken over, whatever comes of it
     * @throws dev.lifeboat.model.LifeboatException with
     *     {@link dev.lifeboat.model.ErrorCode#AGENT_RECOVERY_NOT_ALLOWED},
     *     {@link dev.lifeboat.model.ErrorCode#RECOVERY_NAME_TAKEN} when another order of this name is worked on,
     *     {@link dev.lifeboat.model.ErrorCode#RECOVERY_BUSY} while it is being ended, or
     *     {@link dev.lifeboat.model.ErrorCode#AGENT_TASKS_FULL}
     */
    RecoveryTask start(RecoveryOrder order, PointAccess access);

    /**
     * Begins to bring a group home, or says how far that is. Its key is the group's name.
     *
     * @param access taken over, whatever comes of it
     * @throws dev.lifeboat.model.LifeboatException as {@link #start}
     */
    RecoveryTask bringHome(HomeOrder order, PointAccess access);

    /**
     * Begins to end a recovery, or says how far that is. One that is being started is broken off first.
     *
     * @throws dev.lifeboat.model.LifeboatException with
     *     {@link dev.lifeboat.model.ErrorCode#AGENT_RECOVERY_NOT_ALLOWED},
     *     {@link dev.lifeboat.model.ErrorCode#RECOVERY_BUSY} while a group of this name is being brought home, or
     *     {@link dev.lifeboat.model.ErrorCode#AGENT_TASKS_FULL}
     */
    RecoveryTask end(String name);

    /** The last task of a recovery; empty when there was none since this process began, or too long ago. */
    Optional<RecoveryTask> task(String name);

    /** The last task of each recovery, as far as they are remembered, the oldest first. */
    List<RecoveryTask> tasks();

    /** How the recoveries of the host stood a few seconds ago; empty when this process has nothing to do with any. */
    Optional<Standing> standing();

    /** Breaks off what is worked on, and gives back in a bounded time. Machines go on. */
    @Override
    void close();

    /** For a process that may not recover anything. */
    static RecoveryTasks none() {
        return new NoRecoveryTasks();
    }
}
