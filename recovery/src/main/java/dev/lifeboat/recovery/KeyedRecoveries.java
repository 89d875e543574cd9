package dev.lifeboat.recovery;

import dev.lifeboat.hypervisor.HypervisorException;

/**
 * The recoveries of a host, for who brings a point's keys and for who has none.
 *
 * <p>Contract: all that is given works on the same recoveries, whoever asked for it and with what keys. Safe for use by
 * several threads.
 */
public interface KeyedRecoveries extends AutoCloseable {

    /** For who looks, resumes or ends; and for machines whose disks are served already. */
    Recoveries withoutKeys() throws HypervisorException, InterruptedException;

    /**
     * For who starts machines.
     *
     * @param access the caller's to close, when nothing is done with it any more
     * @throws dev.lifeboat.model.LifeboatException when the vault is not there, or is another one
     */
    Recoveries with(PointAccess access) throws HypervisorException, InterruptedException;

    /** Ends the connection to the hypervisor; recovered machines go on. */
    @Override
    void close();
}
