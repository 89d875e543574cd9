package dev.lifeboat.offline;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.capture.DiskSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Optional;

/** Disks to be imported: raw images are read directly, qcow2 ones by QEMU, and what a server offers over NBD. */
final class DiskImage {

    private static final byte[] QCOW2_MAGIC = {'Q', 'F', 'I', (byte) 0xfb};

    private DiskImage() {}

    /**
     * Opens an image for reading.
     *
     * @param image a file, or the address of an NBD export
     * @throws LifeboatException with {@link ErrorCode#VAULT_IMAGE_UNREADABLE}
     */
    static DiskSource open(String image, Timekeeper time) throws InterruptedException {
        Optional<NbdUri> served = NbdUri.of(image);
        return served.isPresent() ? served.get().open() : open(Path.of(image), time);
    }

    private static DiskSource open(Path image, Timekeeper time) throws InterruptedException {
        if (Files.isDirectory(image)) {
            throw unreadable(image, "it is a folder");
        }
        try (InputStream content = Files.newInputStream(image)) {
            byte[] start = content.readNBytes(QCOW2_MAGIC.length);
            return Arrays.equals(start, QCOW2_MAGIC) ? Qcow2Image.open(image, time) : RawImage.open(image);
        } catch (IOException e) {
            throw unreadable(image, e.toString());
        }
    }

    static LifeboatException unreadable(Path image, String why) {
        return new LifeboatException(
                ErrorCode.VAULT_IMAGE_UNREADABLE, "The image %s cannot be read: %s.".formatted(image, why));
    }

    static LifeboatException changed(Path image, String how) {
        return new LifeboatException(
                ErrorCode.VAULT_IMAGE_CHANGED, "The image %s %s while it was read.".formatted(image, how));
    }

    /**
     * What a file looked like from outside.
     *
     * @param size in bytes
     * @param modified when it was last written
     */
    record Look(long size, FileTime modified) {

        static Look at(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Look(attributes.size(), attributes.lastModifiedTime());
        }

        /** Fails when the file looks different now. */
        void requireSame(Path file) throws IOException {
            Look now = at(file);
            if (now.size != size) {
                throw changed(file, "went from %d to %d bytes".formatted(size, now.size));
            }
            if (!now.modified.equals(modified)) {
                throw changed(file, "was written to");
            }
        }
    }
}
