package dev.lifeboat.lab.scribe;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Scribe's writer over a disk in memory, which can crash in the middle of a batch. */
final class LittleScribe {

    final int ring;
    final int slots;
    final byte[] disk;
    private long last;
    private long settled;

    LittleScribe(int ring, int slots) {
        this.ring = ring;
        this.slots = slots;
        this.disk = new byte[(ring + slots) * ScribeRecord.BYTES];
    }

    long last() {
        return last;
    }

    long settled() {
        return settled;
    }

    /** Batches of one record. */
    LittleScribe write(long records) {
        for (long i = 0; i < records; i++) {
            batch(1, List.of(SlotDeed.NONE));
        }
        return this;
    }

    LittleScribe write(SlotDeed deed) {
        batch(1, List.of(deed));
        return this;
    }

    /** A whole batch: its records, flushed, then what they say about slots, flushed. */
    void batch(int count, List<SlotDeed> deeds) {
        List<ScribeRecord> records = records(count, deeds);
        records.forEach(this::put);
        last += records.size();
        records.forEach(this::carryOut);
        settled = last;
    }

    /** A batch of which the disk has only some sectors when the power fails, before or after its first flush. */
    void batchCutShort(int count, List<SlotDeed> deeds, RandomGenerator chance) {
        List<ScribeRecord> records = records(count, deeds);
        boolean flushed = chance.nextBoolean();
        for (ScribeRecord record : records) {
            if (flushed || chance.nextBoolean()) {
                put(record);
            } else if (chance.nextInt(8) == 0) {
                tear((int) record.place());
            }
        }
        if (flushed) {
            records.stream().filter(_ -> chance.nextBoolean()).forEach(this::carryOut);
        }
    }

    /** What the writer does when it starts: finds its last record, and finishes or forgets what the crash left. */
    void restart() {
        while (at((int) (last % ring))
                .filter(record -> record.number() == last + 1)
                .isPresent()) {
            last++;
        }
        for (long number = last + 1; number <= last + ScribeRecord.LARGEST_BATCH; number++) {
            int place = (int) ((number - 1) % ring);
            if (at(place).filter(record -> record.number() > last).isPresent()) {
                clear(place);
            }
        }
        for (long number = Math.max(1, settled + 1); number <= last; number++) {
            at((int) ((number - 1) % ring)).ifPresent(this::carryOut);
        }
        settled = last;
    }

    ScribeRecord record(long number, long settledThen, SlotDeed deed) {
        return new ScribeRecord(number, Instant.ofEpochSecond(number * 10), settledThen, ring, deed);
    }

    void put(ScribeRecord record) {
        put((int) record.place(), record.encode());
    }

    void put(int place, byte[] sector) {
        System.arraycopy(sector, 0, disk, place * ScribeRecord.BYTES, sector.length);
    }

    void clear(int place) {
        put(place, new byte[ScribeRecord.BYTES]);
    }

    void tear(int place) {
        disk[place * ScribeRecord.BYTES + 30] ^= 1;
    }

    byte[] sector(int place) {
        return Arrays.copyOfRange(disk, place * ScribeRecord.BYTES, (place + 1) * ScribeRecord.BYTES);
    }

    Optional<ScribeRecord> at(int place) {
        return ScribeRecord.parse(sector(place));
    }

    ScribeReport judge(long announced) throws IOException {
        return ScribeAudit.judge(new ByteArrayInputStream(disk), announced);
    }

    private List<ScribeRecord> records(int count, List<SlotDeed> deeds) {
        List<ScribeRecord> records = new ArrayList<>();
        int room = (int) (ring - last % ring);
        for (int i = 0; i < Math.min(count, room); i++) {
            records.add(record(last + 1 + i, last, i < deeds.size() ? deeds.get(i) : SlotDeed.NONE));
        }
        return records;
    }

    private void carryOut(ScribeRecord record) {
        SlotDeed deed = record.deed();
        for (long slot = deed.from(); deed.kind() != SlotDeed.Kind.NONE && slot <= deed.to(); slot++) {
            put(ring + (int) slot, deed.kind() == SlotDeed.Kind.WRITE ? record.encode() : new byte[ScribeRecord.BYTES]);
        }
    }
}
