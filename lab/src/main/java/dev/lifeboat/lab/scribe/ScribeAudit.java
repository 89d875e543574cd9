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
import org.jspecify.annotations.Nullable;

/**
 * Reads scribe's disk from its beginning to its end and says whether it is one that scribe left, or might have left, at
 * one moment. The log is a ring: its newest records have to be there without a gap, as many as it has places, less one
 * batch. Behind the newest, as many places as a batch may take may hold what a crash left of it. What the log says was
 * done to the slots has to show there, and nothing that the log does not know yet.
 */
public final class ScribeAudit {

    private static final int BUFFER_BYTES = 1 << 20;

    private final ScribeDisk disk;
    private final long announced;
    private final Findings.Collector<Long> torn = new Findings.Collector<>();
    private final Findings.Collector<Places> missing = new Findings.Collector<>();
    private @Nullable Long unfinished;

    private ScribeAudit(ScribeDisk disk, long announced) {
        this.disk = disk;
        this.announced = announced;
    }

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
        ScribeDisk places = new ScribeDisk();
        byte[] sector = new byte[ScribeRecord.BYTES];
        while (disk.readNBytes(sector, 0, sector.length) == sector.length) {
            places.add(sector);
        }
        return new ScribeAudit(places, announced).report();
    }

    private static ScribeReport judgeRaw(Path disk, long announced) {
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(disk), BUFFER_BYTES)) {
            return judge(stream, announced);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNREADABLE, "The disk %s could not be read: %s.".formatted(disk, e), e);
        }
    }

    private ScribeReport report() {
        long last = newestWithoutGap();
        lookAtHistory(last);
        lookAtNewestBatch(last);
        lookBehind(last + ScribeRecord.LARGEST_BATCH);
        SlotAudit slots = new SlotAudit(disk, last);
        torn.addAll(slots.torn());
        ScribeRecord newest = disk.newestUpTo(last);
        return new ScribeReport(
                announced,
                newest,
                Math.max(0, announced - (newest == null ? 0 : newest.number())),
                torn.findings(),
                missing.findings(),
                disk.misplaced(),
                slots.stale(),
                slots.future(),
                unfinished == null ? slots.unfinished() : unfinished);
    }

    /** Everything up to the settled number has to be there; behind it, what there is of the newest batch. */
    private long newestWithoutGap() {
        long last = disk.settled();
        while (disk.atPlaceOf(last + 1) == last + 1) {
            last++;
        }
        return last;
    }

    private void lookAtHistory(long last) {
        long missingSince = 0;
        for (long number = Math.max(1, last + ScribeRecord.LARGEST_BATCH - disk.ring() + 1); number <= last; number++) {
            long held = disk.atPlaceOf(number);
            boolean isMissing = held == ScribeDisk.ZEROS || (held > 0 && held != number);
            if (isMissing && missingSince == 0) {
                missingSince = number;
            } else if (!isMissing && missingSince > 0) {
                missing.add(new Places(missingSince, number - 1));
                missingSince = 0;
            }
            if (held == ScribeDisk.BROKEN) {
                torn.add(number);
            }
        }
        if (missingSince > 0) {
            missing.add(new Places(missingSince, last));
        }
    }

    private void lookAtNewestBatch(long last) {
        int batch = Math.min(ScribeRecord.LARGEST_BATCH, disk.ring());
        for (long number = last + batch; number > last; number--) {
            if (disk.atPlaceOf(number) == ScribeDisk.BROKEN) {
                unfinished = number;
            }
        }
    }

    /** In the log's first round nothing was ever written further behind. */
    private void lookBehind(long reached) {
        for (long number = reached + 1; number <= disk.ring(); number++) {
            if (disk.atPlaceOf(number) == ScribeDisk.BROKEN) {
                torn.add(number);
            }
        }
    }
}
