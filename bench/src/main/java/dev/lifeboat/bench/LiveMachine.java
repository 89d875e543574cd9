package dev.lifeboat.bench;

import dev.lifeboat.model.LifeboatException;
import java.util.SequencedMap;

/**
 * A machine that runs, with a copy of the bench image as its only disk. Its guest writes nothing by itself. For one
 * thread.
 */
public interface LiveMachine {

    /** By which the tools know it. */
    String name();

    /**
     * The guest writes.
     *
     * @param contents what is to stand at each place
     * @throws LifeboatException when not all could be written
     * @throws InterruptedException when the thread is asked to stop
     */
    void write(SequencedMap<ByteRange, byte[]> contents) throws InterruptedException;

    /** The checkpoints that tools have made of it are dropped, so that the next one finds it as the first did. */
    void forget() throws InterruptedException;
}
