package dev.lifeboat.lab.scribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.host.Program;
import dev.lifeboat.lab.shop.Findings;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk of sixteen places with ten records. One thing goes wrong in each test. */
class ScribeAuditTest {

    private static final int PLACES = 16;

    private final byte[] disk = new byte[PLACES * ScribeRecord.BYTES];

    @TempDir
    private Path folder;

    @BeforeEach
    void tenRecords() {
        for (int number = 1; number <= 10; number++) {
            put(number, record(number).encode());
        }
    }

    @Test
    void aDiskWithEverythingThatWasAnnouncedIsClean() throws IOException {
        ScribeReport report = judge(10);

        assertThat(report).isEqualTo(report(10, 10, 0, null));
        assertThat(report.clean()).isTrue();
        assertThat(report.text()).isEqualTo("""
                        The last record on the disk is 10, written at 1970-01-01T00:01:40Z.
                        Announced up to 10; lost of these: 0.
                        No announced record is lost, none is torn, and all are in their order.
                        """);
    }

    @Test
    void aRecordThatWasWrittenButNotYetAnnouncedIsNoFault() throws IOException {
        assertThat(judge(9)).isEqualTo(report(9, 10, 0, null));
    }

    @Test
    void aFullDiskIsNoFault() throws IOException {
        for (int number = 11; number <= PLACES; number++) {
            put(number, record(number).encode());
        }
        assertThat(judge(16)).isEqualTo(report(16, 16, 0, null));
    }

    @Test
    void anEmptyDiskHasLostAllThatWasAnnounced() throws IOException {
        Arrays.fill(disk, (byte) 0);

        ScribeReport report = judge(3);

        assertThat(report.last()).isNull();
        assertThat(report.lost()).isEqualTo(3);
        assertThat(report.clean()).isFalse();
        assertThat(judge(0).clean()).isTrue();
    }

    @Test
    void announcedRecordsBehindTheLastAreLost() throws IOException {
        ScribeReport report = judge(12);

        assertThat(report).isEqualTo(report(12, 10, 2, null));
        assertThat(report.clean()).isFalse();
    }

    @Test
    void aTornRecordRightBehindTheLastIsUnfinishedAtWhateverByteItWasCut() throws IOException {
        for (int length = 1; length < ScribeRecord.BYTES; length++) {
            put(11, Arrays.copyOf(record(11).encode(), length));

            assertThat(judge(10)).as("cut at byte %d", length).isEqualTo(report(10, 10, 0, 11L));
            assertThat(judge(10).clean()).isTrue();
        }
    }

    @Test
    void anUnfinishedRecordThatWasAnnouncedIsLost() throws IOException {
        put(11, Arrays.copyOf(record(11).encode(), 300));

        assertThat(judge(11)).isEqualTo(report(11, 10, 1, 11L));
        assertThat(judge(11).clean()).isFalse();
    }

    @Test
    void aTornRecordInTheMiddleIsAFault() throws IOException {
        disk[3 * ScribeRecord.BYTES + 30] ^= 1;

        ScribeReport report = judge(10);

        assertThat(report.torn()).isEqualTo(new Findings<>(1, List.of(4L)));
        assertThat(report.missing().none()).isTrue();
        assertThat(report.misplaced().none()).isTrue();
        assertThat(report.unfinished()).isNull();
        assertThat(report.clean()).isFalse();
    }

    @Test
    void somethingFurtherBehindTheLastIsTorn() throws IOException {
        put(13, Arrays.copyOf(record(13).encode(), 300));

        ScribeReport report = judge(10);

        assertThat(report.torn()).isEqualTo(new Findings<>(1, List.of(13L)));
        assertThat(report.missing().none()).isTrue();
        assertThat(report.clean()).isFalse();
    }

    @Test
    void zerosInTheMiddleAreMissingRecords() throws IOException {
        put(4, new byte[ScribeRecord.BYTES]);
        put(5, new byte[ScribeRecord.BYTES]);
        put(13, record(13).encode());

        ScribeReport report = judge(10);

        assertThat(report.missing()).isEqualTo(new Findings<>(2, List.of(new Places(4, 5), new Places(11, 12))));
        assertThat(report.torn().none()).isTrue();
        assertThat(report.clean()).isFalse();
        assertThat(report.text()).contains("Missing in the middle: 2\n  record 4 to 5\n  record 11 to 12\n");
    }

    @Test
    void aRecordInThePlaceOfAnotherIsMisplaced() throws IOException {
        put(4, record(5).encode());
        put(5, record(4).encode());

        ScribeReport report = judge(10);

        assertThat(report.misplaced())
                .isEqualTo(new Findings<>(
                        2, List.of(new MisplacedRecord(4, record(5)), new MisplacedRecord(5, record(4)))));
        assertThat(report.clean()).isFalse();
        assertThat(report.text()).contains("Out of place: 2\n  record 5 in the place of record 4\n");
    }

    @Test
    void aDiskIsReadFromARawFileAndFromAQcow2() throws IOException, InterruptedException {
        Path raw = Files.write(folder.resolve("disk.raw"), disk);
        Path qcow2 = folder.resolve("disk.qcow2");
        Program.of("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw.toString(), qcow2.toString())
                .run()
                .orThrow();
        Path temporary = Files.createDirectory(folder.resolve("temporary"));

        assertThat(ScribeAudit.judge(raw, 10, temporary)).isEqualTo(report(10, 10, 0, null));
        assertThat(ScribeAudit.judge(qcow2, 10, temporary)).isEqualTo(report(10, 10, 0, null));
        assertThat(temporary).isEmptyDirectory();
        assertThat(raw).hasBinaryContent(disk);
    }

    @Test
    void aDamagedImageIsToldOfAndNothingIsLeftBehind() throws IOException {
        Path broken = Files.write(folder.resolve("disk.qcow2"), new byte[] {'Q', 'F', 'I', (byte) 0xfb, 1, 2, 3});
        Path temporary = Files.createDirectory(folder.resolve("temporary"));

        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> ScribeAudit.judge(broken, 10, temporary))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.LAB_BOOKS_UNREADABLE));
        assertThat(temporary).isEmptyDirectory();
    }

    private ScribeReport judge(long announced) throws IOException {
        return ScribeAudit.judge(new ByteArrayInputStream(disk), announced);
    }

    private static ScribeReport report(long announced, long last, long lost, @Nullable Long unfinished) {
        return new ScribeReport(announced, record(last), lost, nothing(), nothing(), nothing(), unfinished);
    }

    private static <T> Findings<T> nothing() {
        return new Findings<>(0, new ArrayList<>());
    }

    private static ScribeRecord record(long number) {
        return new ScribeRecord(number, Instant.ofEpochSecond(number * 10));
    }

    private void put(int place, byte[] bytes) {
        byte[] sector = Arrays.copyOf(bytes, ScribeRecord.BYTES);
        System.arraycopy(sector, 0, disk, (place - 1) * ScribeRecord.BYTES, sector.length);
    }
}
