package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.MachineId;
import java.time.Duration;
import java.util.Set;

/**
 * Frees guests when the process that held them does not: a process of its own, which outlives this one. It is armed
 * before every capture, freeze or suspension. On the deadline, on an error of a disk, or when this process is silent,
 * it ends our captures, thaws, and resumes the machines that were held, of those it was armed for.
 *
 * <p>Safe for use by several threads.
 */
public interface Guard {

    /**
     * Arms it; it has understood when this returns. Nothing may be held that it is not armed for.
     *
     * @param machines that may be held from now on
     * @param hold in what way
     * @param deadline from now, after which they are freed whatever happens
     * @throws java.io.IOException when the guard is not there: then nothing may be held
     */
    Armed arm(Set<MachineId> machines, Hold hold, Duration deadline) throws java.io.IOException;

    /** In what way machines are held. */
    enum Hold {
        /** A frozen view is open: the guest runs, and its writes set old content aside. */
        CAPTURE,
        /** File systems are held by the guest's agent. */
        FREEZE,
        /** Processors stand still. */
        SUSPENSION
    }

    /** A deadline that is running. */
    interface Armed extends AutoCloseable {

        /** Whether the guard had to act: what was held is free, a frozen view is gone. */
        boolean fired();

        /** Nothing is held any more. */
        @Override
        void close();
    }
}
