package dev.lifeboat.bench;

import dev.lifeboat.model.LifeboatException;

/** One server of the same disk, begun anew for each reading. For one thread. */
public interface ServedWay {

    /** Its name in tables and documents. */
    String name();

    /**
     * Serves the disk and has all of it read in order.
     *
     * @throws LifeboatException when it could not be read
     * @throws InterruptedException when the thread is asked to stop
     */
    SequentialFigures sequential() throws InterruptedException;

    /** Serves the disk and has pieces of 4 KiB read anywhere on it, one at a time; see {@link #sequential}. */
    RandomFigures random() throws InterruptedException;

    /**
     * All of a disk in order.
     *
     * @param mibPerS MiB of the disk in a second
     * @param rssMib the most memory that the server had, in MiB
     */
    record SequentialFigures(double mibPerS, double rssMib) {}

    /**
     * Pieces anywhere.
     *
     * @param medianMs half took at most so many milliseconds
     * @param p99Ms 99 of 100 took at most so many
     */
    record RandomFigures(double medianMs, double p99Ms) {}
}
