package dev.lifeboat.replication;

import java.util.List;

/**
 * The protection of the groups of one host. Safe for use by several threads.
 *
 * <p>What it is to protect is said by {@link #protect}; it reconciles what it finds at the hypervisor with the last
 * published points, and goes on from there until it is closed.
 */
public interface Replication extends AutoCloseable {

    /**
     * Protects these groups from now on, and no others. A cycle of a group that is not among them any more is
     * abandoned.
     *
     * @throws dev.lifeboat.model.LifeboatException when what is wanted cannot be: nothing has changed then
     */
    void protect(List<Protection> groups);

    /** How each group stands, by name. */
    List<GroupReport> reports();

    /**
     * Frees a machine of checkpoints and tracking, so that its owner's own tools work on it; its group waits until
     * {@link #resume} and then compares everything.
     *
     * @throws dev.lifeboat.model.LifeboatException when no such machine is protected
     */
    void release(String machine) throws InterruptedException;

    /** Goes on with a machine that was released. */
    void resume(String machine);

    /** Ends: cycles under way are finished or abandoned within 10 s, and nothing is held at any guest. */
    @Override
    void close();
}
