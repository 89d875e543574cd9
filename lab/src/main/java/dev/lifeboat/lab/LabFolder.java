package dev.lifeboat.lab;

import dev.lifeboat.host.Folders;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of one lab.
 *
 * <pre>
 * ROOT/NAME/
 *   primary/  recovery/  world/     leases and logs of the place's own services
 *   primary-1/                      a host:
 *     run/   lib/   etc/   log/   cache/      its /run/libvirt, /var/lib/libvirt, /etc/libvirt, …
 *     lib/images/                             its machines' disks
 *   CONTAINER.log                   what was said while a container was started
 *   link-is-cut                     there while the link between the sites is cut
 * </pre>
 *
 * <p>The folder may be read by all, so that QEMU, which libvirt runs as a user of its own, finds its disks as on a real
 * host.
 */
public final class LabFolder {

    /** Libvirt's addresses, arguments of processes and a shell all have to carry the path unchanged. */
    private static final Pattern USABLE = Pattern.compile("[A-Za-z0-9._/-]+");

    /** A Unix socket's path has 107 bytes at most, unix(7); the longest in here adds its own to the folder's. */
    private static final int LONGEST = 107 - "/recovery-2/run/libvirt-sock-ro".length();

    private final Path folder;

    /**
     * The folder of the lab of this name below a root.
     *
     * @throws LifeboatException with {@link ErrorCode#LAB_FOLDER_UNUSABLE}
     */
    LabFolder(Path root, LabName name) {
        this.folder = root.toAbsolutePath().normalize().resolve(name.value());
        if (!USABLE.matcher(folder.toString()).matches() || folder.toString().length() > LONGEST) {
            throw new LifeboatException(
                    ErrorCode.LAB_FOLDER_UNUSABLE,
                    "A lab cannot stand in '%s' (%d characters; at most %d are possible)."
                            .formatted(folder, folder.toString().length(), LONGEST));
        }
    }

    /** The names of the labs that have a folder below this root. */
    public static List<LabName> all(Path root) {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString())
                    .filter(LabName::isValid)
                    .map(LabName::new)
                    .sorted(Comparator.comparing(LabName::value))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path path() {
        return folder;
    }

    boolean exists() {
        return Files.exists(folder);
    }

    /** Begins the argument by which this lab's processes are known. */
    String marker() {
        return "lifeboat-lab:" + folder + ":";
    }

    /** Whether the link between the sites was cut and is to stay so until it is joined. */
    boolean isCut() {
        return Files.exists(folder.resolve("link-is-cut"));
    }

    void rememberCut(boolean cut) {
        try {
            if (cut) {
                Files.createDirectories(folder.resolve("link-is-cut"));
            } else {
                Files.deleteIfExists(folder.resolve("link-is-cut"));
            }
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "%s could not be written: %s".formatted(folder, e), e);
        }
    }

    Path containerLog(String container) {
        return folder.resolve(container + ".log");
    }

    Path ofPlace(Place place) {
        return folder.resolve(place.toString());
    }

    Path ofHost(LabHost host) {
        return folder.resolve(host.toString());
    }

    /** A disk of a machine on a host, as seen from outside of the host. */
    Path disk(LabHost host, String file) {
        return ofHost(host).resolve("lib").resolve("images").resolve(file);
    }

    /** The log of a machine's serial console. */
    Path console(LabHost host, Machine machine) {
        return ofHost(host).resolve("log").resolve("qemu").resolve(machine + "-console.log");
    }

    /** Makes every folder that is not there yet. */
    void create() {
        for (Place place : Place.values()) {
            make(ofPlace(place));
        }
        for (LabHost host : LabHost.values()) {
            for (String part : List.of("", "run", "lib", "lib/images", "etc", "log", "log/qemu", "cache")) {
                make(ofHost(host).resolve(part));
            }
        }
    }

    /** Removes everything. Nothing may be mounted on it or running from it. */
    void delete() {
        Folders.delete(folder);
    }

    private static void make(Path path) {
        try {
            Files.createDirectories(path);
            // Whatever the umask: QEMU, which is not root, has to pass.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "The folder %s could not be made: %s".formatted(path, e), e);
        }
    }
}
