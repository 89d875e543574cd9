package dev.lifeboat.vault.capture;

import java.util.Iterator;

/** Leaves as long as it goes on. For one thread. */
final class LeavesWhile implements Iterator<Long> {

    private final Iterator<Long> leaves;
    private final CaptureProgress progress;
    private boolean ended;

    LeavesWhile(Iterator<Long> leaves, CaptureProgress progress) {
        this.leaves = leaves;
        this.progress = progress;
    }

    /** Whether there are leaves that were not looked at; the next one is the first of them. */
    boolean ended() {
        return ended;
    }

    @Override
    public boolean hasNext() {
        if (!ended && leaves.hasNext() && !progress.goesOn()) {
            ended = true;
        }
        return !ended && leaves.hasNext();
    }

    @Override
    public Long next() {
        return leaves.next();
    }
}
