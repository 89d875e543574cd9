package dev.lifeboat.lab.scribe;

import dev.lifeboat.host.PrivateFolder;
import dev.lifeboat.lab.shop.DiskImage;
import dev.lifeboat.lab.shop.Findings;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads scribe's disk from its beginning to its end and says which records are there. Records are written one after the
 * other, so everything before the last has to be whole and in its place, and behind it there may only be zeros. One
 * exception: the place right behind the last may hold half a record, the trace of a crash.
 */
public final class ScribeAudit {

    private static final int BUFFER_BYTES = 1 << 20;
    private static final byte[] BLANK = new byte[ScribeRecord.BYTES];

    private final Findings.Collector<Long> torn = new Findings.Collector<>();
    private final Findings.Collector<Places> missing = new Findings.Collector<>();
    private final Findings.Collector<MisplacedRecord> misplaced = new Findings.Collector<>();

    private @Nullable ScribeRecord last;

    /** The first zeros of the present run of zeros; 0 when there is none. */
    private long blankSince;

    /** Zeros that something stands behind: missing records if a sound one follows. */
    private Findings.Collector<Places> blankRuns = new Findings.Collector<>();

    private @Nullable Long unfinished;

    private ScribeAudit() {}

    /**
     * Judges a disk in a file, which is only read.
     *
     * @param disk raw or qcow2
     * @param announced the highest number that was announced before the disk became as it is
     * @param temporary an existing folder, in which a qcow2 needs as much room as it has contents
     * @throws LifeboatException with {@link ErrorCode#CLI_FILE_UNREADABLE} or {@link ErrorCode#LAB_BOOKS_UNREADABLE}
     *     when it cannot be read
     */
    public static ScribeReport judge(Path disk, long announced, Path temporary) throws InterruptedException {
        DiskImage image = DiskImage.of(disk);
        return switch (image.format()) {
            case RAW -> judgeRaw(disk, announced);
            case QCOW2 -> {
                try (PrivateFolder folder = PrivateFolder.in(temporary)) {
                    Path copy = folder.path().resolve("scribe.raw");
                    image.copyRaw(0, copy);
                    yield judgeRaw(copy, announced);
                }
            }
        };
    }

    /**
     * Judges a raw disk as a stream, which is read to its end and not closed.
     *
     * @param announced the highest number that was announced before the disk became as it is
     */
    public static ScribeReport judge(InputStream disk, long announced) throws IOException {
        ScribeAudit audit = new ScribeAudit();
        byte[] sector = new byte[ScribeRecord.BYTES];
        long place = 0;
        while (disk.readNBytes(sector, 0, sector.length) == sector.length) {
            place++;
            audit.look(place, sector);
        }
        return audit.report(announced);
    }

    private static ScribeReport judgeRaw(Path disk, long announced) {
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(disk), BUFFER_BYTES)) {
            return judge(stream, announced);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNREADABLE, "The disk %s could not be read: %s.".formatted(disk, e), e);
        }
    }

    private void look(long place, byte[] sector) {
        if (Arrays.equals(sector, BLANK)) {
            blankSince = blankSince == 0 ? place : blankSince;
            return;
        }
        if (blankSince > 0) {
            blankRuns.add(new Places(blankSince, place - 1));
            blankSince = 0;
        }
        Optional<ScribeRecord> record = ScribeRecord.parse(sector);
        if (record.isEmpty()) {
            lookAtBroken(place);
        } else if (record.get().number() != place) {
            misplaced.add(new MisplacedRecord(place, record.get()));
        } else {
            lookAtSound(record.get());
        }
    }

    private void lookAtBroken(long place) {
        if (place == lastNumber() + 1) {
            unfinished = place;
        } else {
            torn.add(place);
        }
    }

    private void lookAtSound(ScribeRecord record) {
        if (unfinished != null) {
            torn.add(unfinished);
            unfinished = null;
        }
        missing.addAll(blankRuns.findings());
        blankRuns = new Findings.Collector<>();
        last = record;
    }

    private long lastNumber() {
        return last == null ? 0 : last.number();
    }

    private ScribeReport report(long announced) {
        return new ScribeReport(
                announced,
                last,
                Math.max(0, announced - lastNumber()),
                torn.findings(),
                missing.findings(),
                misplaced.findings(),
                unfinished);
    }
}
