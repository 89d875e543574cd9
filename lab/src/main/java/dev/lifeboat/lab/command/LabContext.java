package dev.lifeboat.lab.command;

import dev.lifeboat.host.HostFolders;
import dev.lifeboat.host.HostRequirements;
import dev.lifeboat.host.HostUser;
import dev.lifeboat.host.Need;
import dev.lifeboat.lab.GuestImages;
import dev.lifeboat.lab.Lab;
import dev.lifeboat.lab.LabName;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
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

    /**
     * Refuses to begin what would fail half-way.
     *
     * @throws LifeboatException with {@link ErrorCode#HOST_NOT_ROOT} or {@link ErrorCode#HOST_PACKAGES_MISSING}
     */
    void require(String action) {
        if (!HostUser.current().isRoot()) {
            throw new LifeboatException(ErrorCode.HOST_NOT_ROOT, action + " needs root.");
        }
        requirements.missing(Need.LAB).orThrow();
    }
}
