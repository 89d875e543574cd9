package dev.lifeboat.recovery.home;

import dev.lifeboat.recovery.image.ImageFormat;
import java.nio.file.Path;

/**
 * A disk that comes home, and where it has its files:
 *
 * <pre>
 * image                  the old disk; as it was until the commit. It need not be there
 * folder/overlay.qcow2   what is different about the point, over the old disk; all of it where that is gone
 * folder/follow.json     which point that is ({@link FollowJournal})
 * folder/lock            held by the process that works on it
 * </pre>
 *
 * @param name in points, {@code DISK} or {@code MACHINE/DISK}
 * @param image absolute
 * @param format of the image, before and after
 * @param folder absolute; made when it is needed
 */
public record HomeDisk(String name, Path image, ImageFormat format, Path folder) {

    private static final String SUFFIX = ".home";

    public HomeDisk {
        image = image.toAbsolutePath().normalize();
        folder = folder.toAbsolutePath().normalize();
    }

    /** A disk whose folder is beside its image and called as it. */
    public static HomeDisk beside(String name, Path image, ImageFormat format) {
        Path absolute = image.toAbsolutePath().normalize();
        return new HomeDisk(name, absolute, format, absolute.resolveSibling(absolute.getFileName() + SUFFIX));
    }

    /** What the machine starts from once it is home. */
    public Path overlay() {
        return folder.resolve("overlay.qcow2");
    }

    Path journal() {
        return folder.resolve("follow.json");
    }
}
