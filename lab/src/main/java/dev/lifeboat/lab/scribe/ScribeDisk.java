package dev.lifeboat.lab.scribe;

import dev.lifeboat.lab.shop.Findings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is at each place of a scribe's disk, in the making: first the places of the log, then the slots. How long the
 * log is, the first sound record tells. Not thread-safe. A place takes 16 bytes of memory.
 */
final class ScribeDisk {

    /** What a place holds when it is not the number of a record that belongs there. */
    static final long ZEROS = 0;

    static final long BROKEN = -1;
    static final long STRANGER = -2;

    private static final byte[] BLANK = new byte[ScribeRecord.BYTES];
    private static final int NO_SLOT = -1;

    private final Findings.Collector<MisplacedRecord> misplaced = new Findings.Collector<>();

    /** The newest records that are in their places: more than two batches are never asked for. */
    private final TreeMap<Long, ScribeRecord> newest = new TreeMap<>();

    /** Deeds to other than exactly one slot: somebody asked for each of them. */
    private final List<ScribeRecord> wideDeeds = new ArrayList<>();

    private long[] held = new long[1 << 12];

    /** The slot that the record at each place of the log was copied to. */
    private int[] copiedTo = new int[1 << 12];

    private int places;
    private long ring;
    private long settled;

    void add(byte[] sector) {
        if (places == held.length) {
            held = Arrays.copyOf(held, 2 * places);
            copiedTo = Arrays.copyOf(copiedTo, 2 * places);
        }
        copiedTo[places] = NO_SLOT;
        held[places] = Arrays.equals(sector, BLANK)
                ? ZEROS
                : ScribeRecord.parse(sector).map(this::take).orElse(BROKEN);
        places++;
    }

    /** The number under which a sound record counts at the present place. */
    private long take(ScribeRecord record) {
        ring = ring == 0 ? record.ring() : ring;
        if (record.ring() != ring) {
            return BROKEN;
        }
        boolean inLog = places < ring;
        SlotDeed deed = record.deed();
        if (inLog ? record.place() != places : deed.kind() != SlotDeed.Kind.WRITE || !deed.covers(places - ring)) {
            misplaced.add(new MisplacedRecord(places + 1, record));
            return STRANGER;
        }
        if (inLog) {
            log(record);
        }
        return record.number();
    }

    private void log(ScribeRecord record) {
        settled = Math.max(settled, record.settled());
        newest.put(record.number(), record);
        if (newest.size() > 2 * ScribeRecord.LARGEST_BATCH + 1) {
            newest.pollFirstEntry();
        }
        SlotDeed deed = record.deed();
        if (deed.kind() == SlotDeed.Kind.WRITE && deed.from() == deed.to() && deed.to() <= Integer.MAX_VALUE) {
            copiedTo[places] = (int) deed.from();
        } else if (deed.kind() != SlotDeed.Kind.NONE) {
            wideDeeds.add(record);
        }
    }

    /** How many places the log has; all that the disk has when no record says so. */
    int ring() {
        return ring == 0 ? places : (int) Math.min(ring, places);
    }

    int slots() {
        return places - ring();
    }

    /** The highest number up to which a record says that everything was on the disk. */
    long settled() {
        return settled;
    }

    /** What the place of a record holds. */
    long atPlaceOf(long number) {
        long place = (number - 1) % (ring == 0 ? Math.max(1, places) : ring);
        return place < places ? held[(int) place] : ZEROS;
    }

    long atSlot(int slot) {
        return held[ring() + slot];
    }

    /** The number at a place of the log, and the slot it was copied to, in no order of numbers. */
    interface Copies {
        void copied(long number, int slot);
    }

    void eachCopy(Copies reader) {
        for (int place = 0; place < ring(); place++) {
            if (held[place] > 0 && copiedTo[place] != NO_SLOT && copiedTo[place] < slots()) {
                reader.copied(held[place], copiedTo[place]);
            }
        }
    }

    List<ScribeRecord> wideDeeds() {
        return wideDeeds;
    }

    /** The newest sound record up to this number, null when there is none. */
    @Nullable
    ScribeRecord newestUpTo(long number) {
        var entry = newest.floorEntry(number);
        return entry == null ? null : entry.getValue();
    }

    Findings<MisplacedRecord> misplaced() {
        return misplaced.findings();
    }
}
