package dev.lifeboat.lab.scribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ScribeRecordTest {

    private static final ScribeRecord RECORD = new ScribeRecord(
            42, Instant.parse("2026-05-04T12:00:00Z"), 40, 1_048_576, new SlotDeed(SlotDeed.Kind.WRITE, 7, 9));

    @Test
    void theSampleOfTheFormatIsReadAndWritten() throws IOException {
        try (InputStream sample =
                Objects.requireNonNull(ScribeRecordTest.class.getResourceAsStream("scribe-record-2.sample"))) {
            byte[] bytes = sample.readAllBytes();
            assertThat(RECORD.encode()).isEqualTo(bytes);
            assertThat(ScribeRecord.parse(bytes)).contains(RECORD);
        }
    }

    @Test
    void aSectorWithAnyBitChangedIsNoRecord() {
        byte[] sector = RECORD.encode();
        for (int bit = 0; bit < ScribeRecord.BYTES * 8; bit++) {
            byte[] damaged = sector.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(ScribeRecord.parse(damaged)).as("bit %d", bit).isEmpty();
        }
    }

    @Test
    void aSectorThatIsCutAnywhereIsNoRecord() {
        for (int length = 0; length < ScribeRecord.BYTES; length++) {
            byte[] start = Arrays.copyOf(RECORD.encode(), length);
            assertThat(ScribeRecord.parse(start)).isEmpty();
            assertThat(ScribeRecord.parse(Arrays.copyOf(start, ScribeRecord.BYTES)))
                    .isEmpty();
        }
    }

    @Test
    void zerosAreNoRecord() {
        assertThat(ScribeRecord.parse(new byte[ScribeRecord.BYTES])).isEmpty();
    }

    @Test
    void everyDeedIsReadAsItWasWritten() {
        for (SlotDeed.Kind kind : SlotDeed.Kind.values()) {
            SlotDeed deed = kind == SlotDeed.Kind.NONE ? SlotDeed.NONE : new SlotDeed(kind, 1, 9_999_999_999L);
            ScribeRecord record = new ScribeRecord(600, Instant.ofEpochSecond(1), 88, 1, deed);
            assertThat(ScribeRecord.parse(record.encode())).contains(record);
        }
    }

    @Test
    void theFillerOfTwoRecordsHasNothingInCommon() {
        byte[] one = record(1, 0).encode();
        byte[] two = record(2, 0).encode();
        int alike = 0;
        for (int at = 152; at < ScribeRecord.BYTES - 1; at++) {
            alike += one[at] == two[at] ? 1 : 0;
        }
        assertThat(alike).isLessThan(20);
    }

    @Test
    void whatNoWriterWouldWriteIsNoRecord() {
        assertThatIllegalArgumentException().isThrownBy(() -> record(0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> record(5, 5));
        assertThatIllegalArgumentException().isThrownBy(() -> record(514, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ScribeRecord(1, Instant.ofEpochSecond(-1), 0, 1, SlotDeed.NONE));
        assertThatIllegalArgumentException().isThrownBy(() -> new ScribeRecord(1, Instant.EPOCH, 0, 0, SlotDeed.NONE));
        assertThatIllegalArgumentException().isThrownBy(() -> new SlotDeed(SlotDeed.Kind.ZERO, 3, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> new SlotDeed(SlotDeed.Kind.NONE, 0, 1));
    }

    @Test
    void timesAreWholeSeconds() {
        ScribeRecord record = new ScribeRecord(1, Instant.ofEpochMilli(1999), 0, 1, SlotDeed.NONE);
        assertThat(record.writtenAt()).isEqualTo(Instant.ofEpochSecond(1));
    }

    private static ScribeRecord record(long number, long settled) {
        return new ScribeRecord(number, Instant.EPOCH, settled, 1000, SlotDeed.NONE);
    }
}
