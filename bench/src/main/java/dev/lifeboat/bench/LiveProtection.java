package dev.lifeboat.bench;

import dev.lifeboat.bench.tool.ProcessCost;
import dev.lifeboat.model.LifeboatException;

/** A machine that has a first copy and gets further ones of what changed. For one thread. */
public interface LiveProtection extends AutoCloseable {

    /** What happens between two copies, outside of what is measured. */
    @FunctionalInterface
    interface Between {
        void happens() throws InterruptedException;
    }

    /** Waits until it will be still for a while, so that another tool can be measured. */
    void settle() throws InterruptedException;

    /**
     * Takes what changed.
     *
     * @param between done after the copy before, and before the one that is measured
     * @param changedBytes how much changes in it
     * @throws LifeboatException when there is no copy, or one of less than what changed
     * @throws InterruptedException when the thread is asked to stop
     */
    ProcessCost next(Between between, long changedBytes) throws InterruptedException;

    /** Ends it. What is stored stays. */
    @Override
    void close();
}
