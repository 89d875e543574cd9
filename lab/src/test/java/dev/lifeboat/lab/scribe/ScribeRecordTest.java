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

    private static final ScribeRecord RECORD = new ScribeRecord(42, Instant.parse("2026-05-04T12:00:00Z"));

    @Test
    void theSampleOfTheFormatIsReadAndWritten() throws IOException {
        try (InputStream sample =
                Objects.requireNonNull(ScribeRecordTest.class.getResourceAsStream("scribe-record-1.sample"))) {
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
    void numbersBeginWithOneAndTimesAreWholeSeconds() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ScribeRecord(0, Instant.EPOCH));
        assertThatIllegalArgumentException().isThrownBy(() -> new ScribeRecord(1, Instant.ofEpochSecond(-1)));
        assertThat(new ScribeRecord(1, Instant.ofEpochMilli(1999)).writtenAt()).isEqualTo(Instant.ofEpochSecond(1));
    }
}
