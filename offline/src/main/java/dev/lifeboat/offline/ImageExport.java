package dev.lifeboat.offline;

import dev.lifeboat.host.Folders;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.image.ImageFormat;
import dev.lifeboat.vault.disk.DiskCopy;
import dev.lifeboat.vault.disk.DiskTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.LongConsumer;

/**
 * The export of one disk to an image file. The image has its name only once it is whole and durable; until then it is
 * called {@code NAME.part}, with a journal beside it, and an export that was broken off goes on where it was.
 */
final class ImageExport {

    /**
     * What has to be written again after a crash, at most; small enough beside a disk, large enough not to slow down.
     */
    static final ByteCount STEP = new ByteCount(1L << 30);

    /** With less than what one thread writes at once, a failed write is due to the lack of space. */
    private static final long LITTLE_SPACE = 4L << 20;

    private final Path image;
    private final Path part;
    private final ImageFormat format;
    private final long size;
    private final ExportJournal journal;
    private final ByteCount step;
    private final Timekeeper time;

    /**
     * An export that is not begun.
     *
     * @param image the file to be made
     * @param size of the disk, in bytes
     * @param subject what is exported, in one line
     * @param step after how much of the disk it is written down how far it has come
     */
    ImageExport(Path image, ImageFormat format, long size, String subject, ByteCount step, Timekeeper time) {
        this.image = image;
        this.part = image.resolveSibling(image.getFileName() + ".part");
        this.format = format;
        this.size = size;
        this.journal = new ExportJournal(image.resolveSibling(image.getFileName() + ".part.journal"), subject);
        this.step = step;
        this.time = time;
    }

    /**
     * Writes the image.
     *
     * @return the offset from which it went on; 0 when it was begun anew
     */
    long run(DiskCopy copy, LongConsumer progress) throws IOException, InterruptedException {
        if (Files.exists(image)) {
            return finished();
        }
        // The journal is written before the image is begun, so an image without one is somebody else's.
        if (Files.exists(part) && !journal.exists()) {
            throw new LifeboatException(
                    ErrorCode.VAULT_TARGET_UNUSABLE, "%s is in the way, and not of an export.".formatted(part));
        }
        long from = Files.exists(part) ? journal.reached() : 0;
        try {
            journal.write(from);
            try (ExportTarget target = open(from > 0)) {
                copy.to(new Journaled(target, from), from, progress);
                target.flush();
            }
            requireFree();
            Files.move(part, image, StandardCopyOption.ATOMIC_MOVE);
            Folders.sync(folder());
            journal.remove();
        } catch (IOException e) {
            throw unwritable(e);
        } catch (LifeboatException e) {
            // QEMU's own programs fail in words of theirs.
            throw e.code() == ErrorCode.HOST_PROGRAM_FAILED && isFull() ? unwritable(new IOException(e)) : e;
        }
        return from;
    }

    /** An export that was broken off between its last two steps left the whole image, and its journal. */
    private long finished() throws IOException {
        if (Files.exists(part) || !journal.exists()) {
            requireFree();
        }
        journal.reached();
        Folders.sync(folder());
        journal.remove();
        return size;
    }

    private void requireFree() {
        if (Files.exists(image)) {
            throw new LifeboatException(ErrorCode.VAULT_TARGET_UNUSABLE, "%s exists already.".formatted(image));
        }
    }

    private Path folder() {
        Path folder = image.toAbsolutePath().getParent();
        return folder == null ? image.toAbsolutePath() : folder;
    }

    private ExportTarget open(boolean goOn) throws IOException, InterruptedException {
        return switch (format) {
            case raw -> RawTarget.open(part, size, goOn);
            case qcow2 -> Qcow2Target.open(part, size, goOn, time);
        };
    }

    private LifeboatException unwritable(IOException e) {
        return new LifeboatException(
                isFull() ? ErrorCode.HOST_NO_SPACE : ErrorCode.CLI_FILE_UNWRITABLE,
                "%s cannot be written: %s. The same command goes on where this one stopped.".formatted(part, e),
                e);
    }

    /** A folder that is not there has no space either, but that is not what is wrong with it. */
    private boolean isFull() {
        return Files.isDirectory(folder()) && folder().toFile().getUsableSpace() < LITTLE_SPACE;
    }

    /** Writes the journal from time to time. */
    private final class Journaled implements DiskTarget {

        private final ExportTarget target;
        private long durable;

        Journaled(ExportTarget target, long durable) {
            this.target = target;
            this.durable = durable;
        }

        @Override
        public void write(long offset, ByteBuffer content) throws IOException {
            target.write(offset, content);
        }

        @Override
        public void reached(long offset) throws IOException {
            if (offset - durable >= step.bytes()) {
                target.flush();
                journal.write(offset);
                durable = offset;
            }
        }
    }
}
