package dev.lifeboat.lab.shop;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * A disk of a machine as a file of this host. It is only ever read. The format is told by the first bytes; a guest
 * could give a raw disk the first bytes of a qcow2, but the guests of the lab are ours.
 *
 * @param file the file
 * @param format how the disk is stored in it
 */
public record DiskImage(Path file, Format format) {

    /** How a disk is stored in a file. */
    public enum Format {
        /** Byte for byte. */
        RAW("raw"),
        /** QEMU's format, which leaves out what was never written. */
        QCOW2("qcow2");

        private final String driver;

        Format(String driver) {
            this.driver = driver;
        }
    }

    private static final byte[] QCOW2_MAGIC = {'Q', 'F', 'I', (byte) 0xfb};

    /** Copying a few gigabytes on a slow disk. */
    private static final Duration COPY_LIMIT = Duration.ofMinutes(10);

    /**
     * The disk in a file.
     *
     * @throws LifeboatException with {@link ErrorCode#CLI_FILE_UNREADABLE} when there is no such file
     */
    public static DiskImage of(Path file) {
        try (InputStream stream = Files.newInputStream(file)) {
            boolean qcow2 = Arrays.equals(stream.readNBytes(QCOW2_MAGIC.length), QCOW2_MAGIC);
            return new DiskImage(file, qcow2 ? Format.QCOW2 : Format.RAW);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNREADABLE, "The disk %s could not be read: %s.".formatted(file, e), e);
        }
    }

    /**
     * Copies the disk, or its end, byte for byte into a new file, in which what is zero takes no room.
     *
     * @param offsetBytes where in the disk the copy begins
     * @throws LifeboatException with {@link ErrorCode#LAB_BOOKS_UNREADABLE} when it cannot be read as a whole, for
     *     instance because a machine is running on it
     */
    public void copyRaw(long offsetBytes, Path target) throws InterruptedException {
        // In an option a comma is written twice.
        String options = "driver=raw,offset=%d,file.driver=%s,file.file.driver=file,file.file.filename=%s"
                .formatted(offsetBytes, format.driver, file.toString().replace(",", ",,"));
        ProgramRun run = Program.of("qemu-img", "convert", "--image-opts", options, "-O", "raw", target.toString())
                .within(COPY_LIMIT)
                .run();
        if (!run.succeeded()) {
            throw new LifeboatException(
                    ErrorCode.LAB_BOOKS_UNREADABLE,
                    "The disk %s could not be copied: %s".formatted(file, run.complaint()));
        }
    }
}
