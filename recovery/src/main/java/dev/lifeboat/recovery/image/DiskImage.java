package dev.lifeboat.recovery.image;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.capture.DiskSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Disks to be imported: raw images are read directly, qcow2 ones by QEMU, and what a server offers over NBD. */
public final class DiskImage {

    private static final byte[] QCOW2_MAGIC = {'Q', 'F', 'I', (byte) 0xfb};

    private static final String QCOW2_NAME = ".qcow2";

    /** The bits of a file's mode that say of which kind it is, and the kind; see inode(7). */
    private static final int FILE_KIND = 0170000;

    private static final int BLOCK_DEVICE = 0060000;

    private DiskImage() {}

    /**
     * Opens an image for reading.
     *
     * @param image a file, or the address of an NBD export
     * @param format of the file; empty to find out. A guest writes its raw disk itself, and could make it begin as a
     *     qcow2 image that names any file of this host as its backing file: such a beginning is believed only of a file
     *     that is called so
     * @throws LifeboatException with {@link ErrorCode#VAULT_IMAGE_UNREADABLE}
     */
    public static DiskSource open(String image, Optional<ImageFormat> format, Timekeeper time)
            throws InterruptedException {
        Optional<NbdUri> served = NbdUri.of(image);
        return served.isPresent() ? served.get().open() : open(Path.of(image), format, time);
    }

    /**
     * Opens an image that is a file or a block device, as {@link #open(String, Optional, Timekeeper)} does.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_IMAGE_UNREADABLE}
     */
    public static DiskSource open(Path image, Optional<ImageFormat> format, Timekeeper time)
            throws InterruptedException {
        ImageFormat actual = formatOf(image, format);
        try {
            return actual == ImageFormat.qcow2 ? Qcow2Image.open(image, time) : RawImage.open(image);
        } catch (IOException e) {
            throw unreadable(image, e.toString());
        }
    }

    /**
     * The format of an image.
     *
     * @param format when it was named; else it is found out, as {@link #open(String, Optional, Timekeeper)} says
     * @throws LifeboatException with {@link ErrorCode#VAULT_IMAGE_UNREADABLE}
     */
    public static ImageFormat formatOf(Path image, Optional<ImageFormat> format) {
        if (Files.isDirectory(image)) {
            throw unreadable(image, "it is a folder");
        }
        if (isPipeOrTerminal(image)) {
            throw unreadable(image, "it is neither a file nor a block device");
        }
        try (InputStream content = Files.newInputStream(image)) {
            boolean looksLikeQcow2 = Arrays.equals(content.readNBytes(QCOW2_MAGIC.length), QCOW2_MAGIC);
            if (format.isEmpty() && looksLikeQcow2 && !image.toString().endsWith(QCOW2_NAME)) {
                throw unreadable(image, "it begins as a qcow2 image and is not called so; say which with --format");
            }
            return format.orElse(looksLikeQcow2 ? ImageFormat.qcow2 : ImageFormat.raw);
        } catch (IOException e) {
            throw unreadable(image, e.toString());
        }
    }

    /** To open a pipe is to wait for somebody who writes to it. */
    private static boolean isPipeOrTerminal(Path image) {
        try {
            return Files.readAttributes(image, BasicFileAttributes.class).isOther()
                    && ((int) Files.getAttribute(image, "unix:mode") & FILE_KIND) != BLOCK_DEVICE;
        } catch (IOException e) {
            return false;
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
     * @param identity which file it is, whatever its name; null where the file system does not say
     */
    record Look(long size, FileTime modified, @Nullable Object identity) {

        static Look at(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Look(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
        }

        /** Fails when the file looks different now. */
        void requireSame(Path file) throws IOException {
            Look now;
            try {
                now = at(file);
            } catch (NoSuchFileException e) {
                throw changed(file, "was removed");
            }
            if (now.size != size) {
                throw changed(file, "went from %d to %d bytes".formatted(size, now.size));
            }
            if (!Objects.equals(now.identity, identity)) {
                throw changed(file, "was replaced by another file");
            }
            if (!now.modified.equals(modified)) {
                throw changed(file, "was written to");
            }
        }
    }
}
