package dev.lifeboat.recovery.export;

import dev.lifeboat.recovery.export.BootTrace.Run;
import dev.lifeboat.vault.pack.Block;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Notes which blocks are read, each once, until it is told that the machine is up or has noted as much as a trace may
 * hold. Safe for use by several threads.
 */
final class BootTraceRecorder {

    private record Place(String disk, long block) {}

    private final List<Run> runs = new ArrayList<>();
    private final Set<Place> seen = new HashSet<>();
    private boolean over;

    /** Bytes were asked for. */
    synchronized void read(String disk, long offset, long length) {
        long last = (offset + length - 1) / Block.SIZE;
        for (long block = offset / Block.SIZE; block <= last && !over; block++) {
            if (seen.add(new Place(disk, block))) {
                note(disk, block);
            }
        }
    }

    private void note(String disk, long block) {
        if (!runs.isEmpty()) {
            Run before = runs.getLast();
            if (before.disk().equals(disk) && before.first() + before.blocks() == block) {
                runs.set(runs.size() - 1, new Run(disk, before.first(), before.blocks() + 1));
                finishIfFull();
                return;
            }
        }
        runs.add(new Run(disk, block, 1));
        finishIfFull();
    }

    /** As many blocks as runs are a bound for the memory of both. */
    private void finishIfFull() {
        if (seen.size() >= BootTrace.MOST_RUNS) {
            finish();
        }
    }

    /** Nothing more is noted. */
    synchronized void finish() {
        over = true;
        seen.clear();
    }

    synchronized boolean isOver() {
        return over;
    }

    /** What was noted so far. */
    synchronized BootTrace trace() {
        return new BootTrace(runs);
    }
}
