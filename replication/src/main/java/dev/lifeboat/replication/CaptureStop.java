package dev.lifeboat.replication;

import java.util.concurrent.atomic.AtomicInteger;

/** Says when reading has to end although there is more to read. Safe for use by several threads. */
final class CaptureStop {

    private final AtomicInteger wanting = new AtomicInteger();
    private volatile boolean forGood;
    private volatile boolean scratchIsFull;

    /** Somebody waits for the end of reading, or does not any more. */
    void reading(boolean ends) {
        int _ = wanting.addAndGet(ends ? 1 : -1);
    }

    /** A guest has overwritten as much as may be set aside: the capture has to end at once. */
    void scratchIsFull() {
        scratchIsFull = true;
    }

    /** Scratch space is empty. */
    void captureBegins() {
        scratchIsFull = false;
    }

    /** Whether the capture under way, or the last one, took all the scratch space that there is. */
    boolean tookAllScratch() {
        return scratchIsFull;
    }

    /** The group is not protected by this process any more. */
    void forGood() {
        forGood = true;
    }

    boolean isForGood() {
        return forGood;
    }

    /** Whether a capture may go on reading. */
    boolean mayGoOn() {
        return !forGood && !scratchIsFull && wanting.get() == 0;
    }
}
