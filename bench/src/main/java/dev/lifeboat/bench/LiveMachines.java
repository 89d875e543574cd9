package dev.lifeboat.bench;

import dev.lifeboat.bench.image.BenchImage;
import dev.lifeboat.model.LifeboatException;

/** A hypervisor host for a bench. Closing it ends all that runs on it and removes all that it keeps. */
public interface LiveMachines extends AutoCloseable {

    /**
     * Starts one more machine.
     *
     * @param image what its disk is a copy of
     * @throws LifeboatException when it does not run
     * @throws InterruptedException when the thread is asked to stop
     */
    LiveMachine start(String name, BenchImage image) throws InterruptedException;

    @Override
    void close();
}
