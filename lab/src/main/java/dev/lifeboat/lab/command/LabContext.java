package dev.lifeboat.lab.command;

import dev.lifeboat.host.Folders;
import dev.lifeboat.host.HostFolders;
import dev.lifeboat.host.HostRequirements;
import dev.lifeboat.host.HostUser;
import dev.lifeboat.host.Need;
import dev.lifeboat.host.PrivateFolder;
import dev.lifeboat.lab.GuestImages;
import dev.lifeboat.lab.Lab;
import dev.lifeboat.lab.LabName;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The computer on which labs are to stand.
 *
 * @param folders where labs and their images are
 * @param requirements what it must have
 * @param time the source of time
 */
public record LabContext(HostFolders folders, HostRequirements requirements, Timekeeper time) {

    /** A guest's system and the contents of two disks, each twice. */
    private static final ByteCount COPIES_SPACE = ByteCount.ofGibibytes(4);

    /** The lab of this name, told to report its progress to the given place. */
    Lab lab(LabName name, Consumer<String> progress) {
        return new Lab(name, labs(), images(progress), time, progress);
    }

    /** The folder below which labs stand. */
    Path labs() {
        return folders.labs();
    }

    /** The cache of guest images. */
    GuestImages images(Consumer<String> progress) {
        return new GuestImages(folders.guestImages(), time, progress);
    }

    /** Refuses with {@link ErrorCode#HOST_NOT_ROOT} whoever may not touch namespaces. */
    void requireRoot(String action) {
        if (!HostUser.current().isRoot()) {
            throw new LifeboatException(ErrorCode.HOST_NOT_ROOT, action + " needs root.");
        }
    }

    /** Refuses with {@link ErrorCode#HOST_PACKAGES_MISSING} to begin what would fail half-way. */
    void requirePrograms() {
        requirements.missing(Need.LAB).orThrow();
    }

    /** A temporary folder with room for copies of disks: beside the images, for {@code /tmp} is often in memory. */
    PrivateFolder temporaryFolder() {
        try {
            Files.createDirectories(folders.cache());
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "%s could not be made: %s".formatted(folders.cache(), e), e);
        }
        Folders.requireSpace(folders.cache(), COPIES_SPACE, "for copies of disks");
        return PrivateFolder.in(folders.cache());
    }
}
