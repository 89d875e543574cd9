package dev.lifeboat.lab.scribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.host.Program;
import dev.lifeboat.lab.shop.Findings;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log of two thousand places and ten slots behind it, with ten records. One thing goes wrong in each test. */
class ScribeAuditTest {

    private static final int RING = 2000;

    private final LittleScribe scribe = new LittleScribe(RING, 10).write(10);

    @TempDir
    private Path folder;

    @Test
    void aDiskWithEverythingThatWasAnnouncedIsClean() throws IOException {
        ScribeReport report = scribe.judge(10);

        assertClean(report, 10);
        assertThat(report.text()).isEqualTo("""
                        The last record on the disk is 10, written at 1970-01-01T00:01:40Z.
                        Announced up to 10; lost of these: 0.
                        No announced record is lost, none is torn, and all are in their order.
                        """);
    }

    @Test
    void aRecordThatWasWrittenButNotYetAnnouncedIsNoFault() throws IOException {
        assertClean(scribe.judge(9), 10);
    }

    @Test
    void aLogThatHasGoneRoundManyTimesIsClean() throws IOException {
        scribe.write(RING - 10);
        assertClean(scribe.judge(RING), RING);
        scribe.write(1);
        assertClean(scribe.judge(RING + 1), RING + 1);
        scribe.write(5 * RING + 17);
        assertClean(scribe.judge(6 * RING + 18), 6 * RING + 18);
    }

    @Test
    void anEmptyDiskHasLostAllThatWasAnnounced() throws IOException {
        Arrays.fill(scribe.disk, (byte) 0);

        ScribeReport report = scribe.judge(3);

        assertThat(report.last()).isNull();
        assertThat(report.lost()).isEqualTo(3);
        assertThat(report.clean()).isFalse();
        assertThat(scribe.judge(0).clean()).isTrue();
    }

    @Test
    void announcedRecordsBehindTheLastAreLost() throws IOException {
        ScribeReport report = scribe.judge(12);

        assertThat(report.lost()).isEqualTo(2);
        assertThat(report.clean()).isFalse();
    }

    @Test
    void aTornRecordRightBehindTheLastIsUnfinishedAtWhateverByteItWasCut() throws IOException {
        for (int length = 1; length < ScribeRecord.BYTES; length += 7) {
            byte[] half = Arrays.copyOf(record(11).encode(), length);
            scribe.put(10, Arrays.copyOf(half, ScribeRecord.BYTES));

            ScribeReport report = scribe.judge(10);
            assertThat(report.unfinished()).as("cut at byte %d", length).isEqualTo(11);
            assertThat(report.clean()).isTrue();
        }
    }

    @Test
    void anUnfinishedRecordThatWasAnnouncedIsLost() throws IOException {
        scribe.put(record(11));
        scribe.tear(10);

        ScribeReport report = scribe.judge(11);
        assertThat(report.lost()).isEqualTo(1);
        assertThat(report.unfinished()).isEqualTo(11);
        assertThat(report.clean()).isFalse();
    }

    @Test
    void aBatchThatIsHalfThereIsUnfinishedAndItsBeginningCounts() throws IOException {
        for (int number : List.of(11, 12, 15)) {
            scribe.put(scribe.record(number, 10, SlotDeed.NONE));
        }
        scribe.put(scribe.record(14, 10, SlotDeed.NONE));
        scribe.tear(13);

        ScribeReport report = scribe.judge(10);
        assertThat(report.last()).isEqualTo(scribe.record(12, 10, SlotDeed.NONE));
        assertThat(report.unfinished()).isEqualTo(14);
        assertThat(report.clean()).isTrue();
    }

    @Test
    void aTornRecordInTheMiddleIsAFault() throws IOException {
        scribe.tear(3);

        ScribeReport report = scribe.judge(10);

        assertThat(report.torn()).isEqualTo(new Findings<>(1, List.of(4L)));
        assertThat(report.missing().none()).isTrue();
        assertThat(report.unfinished()).isNull();
        assertThat(report.clean()).isFalse();
    }

    @Test
    void somethingFurtherBehindTheLastThanABatchIsTorn() throws IOException {
        scribe.tear(9 + ScribeRecord.LARGEST_BATCH);
        assertThat(scribe.judge(10).clean()).isTrue();

        scribe.tear(10 + ScribeRecord.LARGEST_BATCH);

        ScribeReport report = scribe.judge(10);
        assertThat(report.torn()).isEqualTo(new Findings<>(1, List.of(11L + ScribeRecord.LARGEST_BATCH)));
        assertThat(report.clean()).isFalse();
    }

    @Test
    void zerosInTheMiddleAreMissingRecords() throws IOException {
        scribe.clear(3);
        scribe.clear(4);
        scribe.put(record(13));

        ScribeReport report = scribe.judge(10);

        assertThat(report.missing()).isEqualTo(new Findings<>(2, List.of(new Places(4, 5), new Places(11, 12))));
        assertThat(report.torn().none()).isTrue();
        assertThat(report.clean()).isFalse();
        assertThat(report.text()).contains("Missing in the middle: 2\n  record 4 to 5\n  record 11 to 12\n");
    }

    @Test
    void aRecordOfAnEarlierRoundIsAMissingRecord() throws IOException {
        byte[] early = scribe.sector(6);
        scribe.write(RING);
        scribe.put(6, early);

        ScribeReport report = scribe.judge(10);

        assertThat(report.missing()).isEqualTo(new Findings<>(1, List.of(new Places(RING + 7, RING + 7))));
        assertThat(report.clean()).isFalse();
    }

    @Test
    void aRecordInThePlaceOfAnotherIsMisplaced() throws IOException {
        scribe.put(3, record(5).encode());
        scribe.put(4, record(4).encode());

        ScribeReport report = scribe.judge(10);

        assertThat(report.misplaced())
                .isEqualTo(new Findings<>(
                        2, List.of(new MisplacedRecord(4, record(5)), new MisplacedRecord(5, record(4)))));
        assertThat(report.clean()).isFalse();
        assertThat(report.text()).contains("Out of place: 2\n  record 5 in the place of record 4\n");
    }

    @Test
    void aSlotHasToShowItsNewestSettledWrite() throws IOException {
        scribe.write(SlotDeed.write(3));
        byte[] old = scribe.sector(RING + 3);
        scribe.write(SlotDeed.write(3)).write(1);
        assertClean(scribe.judge(13), 13);

        scribe.put(RING + 3, old);
        assertThat(scribe.judge(13).stale()).isEqualTo(new Findings<>(1, List.of(3L)));

        scribe.clear(RING + 3);
        assertThat(scribe.judge(13).stale()).isEqualTo(new Findings<>(1, List.of(3L)));
        assertThat(scribe.judge(13).clean()).isFalse();
    }

    @Test
    void aSlotNeedNotYetShowWhatTheNewestBatchSays() throws IOException {
        byte[] old = scribe.sector(RING + 3);
        scribe.write(SlotDeed.write(3));
        scribe.put(RING + 3, old);
        assertClean(scribe.judge(11), 11);

        scribe.tear(RING + 3);
        assertThat(scribe.judge(11).unfinished()).isEqualTo(RING + 4);
        assertThat(scribe.judge(11).clean()).isTrue();
    }

    @Test
    void aSlotFromAfterTheNewestRecordIsFromTheFuture() throws IOException {
        scribe.write(SlotDeed.write(3));
        scribe.clear(10);

        ScribeReport report = scribe.judge(10);

        assertThat(report.future()).isEqualTo(new Findings<>(1, List.of(3L)));
        assertThat(report.clean()).isFalse();
        assertThat(report.text()).contains("Slots from after the newest record: 1\n  slot 3\n");
    }

    @Test
    void zeroedSlotsHaveToBeZeros() throws IOException {
        scribe.write(new SlotDeed(SlotDeed.Kind.WRITE, 0, 9));
        byte[] old = scribe.sector(RING + 4);
        scribe.write(new SlotDeed(SlotDeed.Kind.ZERO, 2, 6)).write(1);
        assertClean(scribe.judge(13), 13);

        scribe.put(RING + 4, old);
        assertThat(scribe.judge(13).stale()).isEqualTo(new Findings<>(1, List.of(4L)));
    }

    @Test
    void discardedSlotsMayBeZerosOrWhatTheyWere() throws IOException {
        scribe.write(new SlotDeed(SlotDeed.Kind.WRITE, 0, 9));
        byte[] old = scribe.sector(RING + 4);
        scribe.write(new SlotDeed(SlotDeed.Kind.DISCARD, 2, 6)).write(1);
        assertClean(scribe.judge(13), 13);

        scribe.put(RING + 4, old);
        assertClean(scribe.judge(13), 13);

        scribe.clear(RING + 7);
        assertThat(scribe.judge(13).stale()).isEqualTo(new Findings<>(1, List.of(7L)));
    }

    @Test
    void aCopyInASlotOfWhichItDoesNotSpeakIsMisplaced() throws IOException {
        scribe.write(SlotDeed.write(3));
        scribe.put(RING + 5, scribe.sector(RING + 3));

        assertThat(scribe.judge(11).misplaced().count()).isEqualTo(1);
    }

    @Test
    void aTornSlotIsTorn() throws IOException {
        scribe.write(SlotDeed.write(3)).write(1);
        scribe.tear(RING + 3);

        assertThat(scribe.judge(12).torn()).isEqualTo(new Findings<>(1, List.of(RING + 4L)));
    }

    @Test
    void aDiskIsReadFromARawFileAndFromAQcow2() throws IOException, InterruptedException {
        Path raw = Files.write(folder.resolve("disk.raw"), scribe.disk);
        Path qcow2 = folder.resolve("disk.qcow2");
        Program.of("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw.toString(), qcow2.toString())
                .run()
                .orThrow();
        Path temporary = Files.createDirectory(folder.resolve("temporary"));

        assertClean(ScribeAudit.judge(raw, 10, temporary), 10);
        assertClean(ScribeAudit.judge(qcow2, 10, temporary), 10);
        assertThat(temporary).isEmptyDirectory();
        assertThat(raw).hasBinaryContent(scribe.disk);
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

    private static void assertClean(ScribeReport report, long last) {
        assertThat(report.clean()).as(report.text()).isTrue();
        assertThat(report.last()).isNotNull().extracting(ScribeRecord::number).isEqualTo(last);
        assertThat(report.unfinished()).isNull();
    }

    private ScribeRecord record(long number) {
        return scribe.record(number, number - 1, SlotDeed.NONE);
    }
}
