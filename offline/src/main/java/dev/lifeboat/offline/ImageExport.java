package dev.lifeboat.offline;

import dev.lifeboat.host.Folders;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
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
    private static final long STEP_BYTES = 1L << 30;

    private final Path image;
    private final Path part;
    private final ExportFormat format;
    private final long size;
    private final ExportJournal journal;
    private final Timekeeper time;

    /**
     * An export that is not begun.
     *
     * @param image the file to be made
     * @param size of the disk, in bytes
     * @param subject what is exported, in one line
     */
    ImageExport(Path image, ExportFormat format, long size, String subject, Timekeeper time) {
        this.image = image;
        this.part = image.resolveSibling(image.getFileName() + ".part");
        this.format = format;
        this.size = size;
        this.journal = new ExportJournal(image.resolveSibling(image.getFileName() + ".part.journal"), subject);
        this.time = time;
    }

    /**
     * Writes the image.
     *
     * @return the offset from which it went on; 0 when it was begun anew
     */
    long run(DiskCopy copy, LongConsumer progress) throws IOException, InterruptedException {
        if (Files.exists(image)) {
            throw new LifeboatException(ErrorCode.VAULT_TARGET_UNUSABLE, "%s exists already.".formatted(image));
        }
        long from = Files.exists(part) ? journal.reached() : 0;
        try {
            // Without its journal nobody knows what is in it.
            if (from == 0) {
                Files.deleteIfExists(part);
            }
            journal.write(from);
            try (ExportTarget target = open()) {
                copy.to(new Journaled(target, from), from, progress);
                target.flush();
            }
            Files.move(part, image, StandardCopyOption.ATOMIC_MOVE);
            Folders.sync(folder());
            journal.remove();
        } catch (IOException e) {
            throw unwritable(e);
        }
        return from;
    }

    private Path folder() {
        Path folder = image.toAbsolutePath().getParent();
        return folder == null ? image.toAbsolutePath() : folder;
    }

    private ExportTarget open() throws IOException, InterruptedException {
        return switch (format) {
            case raw -> RawTarget.open(part, size);
            case qcow2 -> Qcow2Target.open(part, size, time);
        };
    }

    private LifeboatException unwritable(IOException e) {
        long free = folder().toFile().getUsableSpace();
        ErrorCode code = free < STEP_BYTES / 256 ? ErrorCode.HOST_NO_SPACE : ErrorCode.CLI_FILE_UNWRITABLE;
        return new LifeboatException(
                code,
                "%s cannot be written: %s. The same command goes on where this one stopped."
                        .formatted(part, e.getMessage()),
                e);
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
            if (offset - durable >= STEP_BYTES) {
                target.flush();
                journal.write(offset);
                durable = offset;
            }
        }
    }
}
