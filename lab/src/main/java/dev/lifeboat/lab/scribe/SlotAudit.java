package dev.lifeboat.lab.scribe;

import dev.lifeboat.lab.shop.Findings;
import org.jspecify.annotations.Nullable;

/**
 * Compares the slots with what the log says was done to them. Deeds that were settled have to show; those of the newest
 * batch may show or not; what is in no log any more says nothing. A slot that shows a deed the log does not know yet
 * comes from another moment than the log.
 */
final class SlotAudit {

    private final ScribeDisk disk;
    private final long last;

    /** The number of the newest settled deed to each slot; below zero when it makes zeros. */
    private final long[] due;

    /** The number of the newest deed that may have made zeros of each slot. */
    private final long[] emptied;

    /** The number of the newest deed of each slot, settled or not. */
    private final long[] touched;

    private final Findings.Collector<Long> stale = new Findings.Collector<>();
    private final Findings.Collector<Long> future = new Findings.Collector<>();
    private final Findings.Collector<Long> torn = new Findings.Collector<>();
    private @Nullable Long unfinished;

    /** @param last the number of the newest record of the log */
    SlotAudit(ScribeDisk disk, long last) {
        this.disk = disk;
        this.last = last;
        this.due = new long[disk.slots()];
        this.emptied = new long[disk.slots()];
        this.touched = new long[disk.slots()];
        disk.eachCopy((number, slot) -> note(number, slot, SlotDeed.Kind.WRITE));
        for (ScribeRecord record : disk.wideDeeds()) {
            SlotDeed deed = record.deed();
            for (long slot = deed.from(); slot <= deed.to() && slot < disk.slots(); slot++) {
                note(record.number(), (int) slot, deed.kind());
            }
        }
        for (int slot = 0; slot < disk.slots(); slot++) {
            look(slot, disk.atSlot(slot));
        }
    }

    private void note(long number, int slot, SlotDeed.Kind kind) {
        if (number > last) {
            return;
        }
        touched[slot] = Math.max(touched[slot], number);
        if (kind != SlotDeed.Kind.WRITE) {
            emptied[slot] = Math.max(emptied[slot], number);
        }
        // A disk is free to do nothing when it is asked to discard.
        if (kind != SlotDeed.Kind.DISCARD && number <= disk.settled() && number > Math.abs(due[slot])) {
            due[slot] = kind == SlotDeed.Kind.ZERO ? -number : number;
        }
    }

    private void look(int slot, long held) {
        long place = disk.ring() + slot + 1L;
        if (held == ScribeDisk.BROKEN) {
            if (touched[slot] > disk.settled()) {
                unfinished = unfinished == null ? Long.valueOf(place) : unfinished;
            } else {
                torn.add(place);
            }
        } else if (held == ScribeDisk.ZEROS) {
            if (due[slot] > emptied[slot]) {
                stale.add((long) slot);
            }
        } else if (held > last) {
            future.add((long) slot);
        } else if (held > 0 && held < Math.abs(due[slot])) {
            stale.add((long) slot);
        }
    }

    Findings<Long> stale() {
        return stale.findings();
    }

    Findings<Long> future() {
        return future.findings();
    }

    Findings<Long> torn() {
        return torn.findings();
    }

    @Nullable
    Long unfinished() {
        return unfinished;
    }
}
