package dev.lifeboat.lab.command;

import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.GuestImages;
import dev.lifeboat.lab.Lab;
import dev.lifeboat.lab.LabFolder;
import dev.lifeboat.lab.LabName;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Where labs and their images are on this computer, and who may touch them.
 *
 * @param labs the folder below which labs stand
 * @param images the cache of guest images
 * @param time the source of time
 * @param root whether this process may make namespaces
 */
public record LabContext(Path labs, Path images, Timekeeper time, boolean root) {

    /** Moves the labs of this process to another folder. */
    public static final String LABS_VARIABLE = "LIFEBOAT_LAB_DIR";

    /** Moves the cache of guest images to another folder. */
    public static final String CACHE_VARIABLE = "LIFEBOAT_CACHE_DIR";

    /** The context that the environment asks for. */
    public static LabContext of(Map<String, String> environment) {
        Path labs = environment.containsKey(LABS_VARIABLE)
                ? Path.of(environment.get(LABS_VARIABLE))
                : LabFolder.DEFAULT_ROOT;
        Path images = environment.containsKey(CACHE_VARIABLE)
                ? Path.of(environment.get(CACHE_VARIABLE)).resolve("lab")
                : GuestImages.defaultRoot(Path.of(System.getProperty("user.home")));
        return new LabContext(labs, images, new SystemTimekeeper(), "root".equals(System.getProperty("user.name")));
    }

    /** The lab of this name, told to report its progress to the given place. */
    Lab lab(LabName name, Consumer<String> progress) {
        return new Lab(name, labs, new GuestImages(images, time, progress), time, progress);
    }

    /** Refuses with {@link ErrorCode#HOST_NOT_ROOT} unless this process is root. */
    void requireRoot(String action) {
        if (!root) {
            throw new LifeboatException(ErrorCode.HOST_NOT_ROOT, action + " needs root.");
        }
    }
}
