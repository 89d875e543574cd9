package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.MachineId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Where captures keep their sockets and scratch files.
 *
 * <pre>
 * FOLDER/            may be passed through by all, listed by root
 *   MACHINE/         QEMU's alone, by its machine's id
 *     nbd            the socket of the capture under way; that it is here makes the capture ours
 *     DISK.scratch   what the machine overwrites meanwhile; grows
 * </pre>
 *
 * <p>QEMU is not root: it makes the socket and writes the scratch, so each machine's folder belongs to it.
 */
final class CaptureFolder {

    /** unix(7): a socket's path has 107 bytes at most. */
    private static final int LONGEST_SOCKET = 107;

    private final Path folder;
    private final UnaryOperator<Path> hostPaths;

    /**
     * @param folder as QEMU sees it
     * @param hostPaths a path of the host → where it is found from here
     */
    CaptureFolder(Path folder, UnaryOperator<Path> hostPaths) {
        this.folder = folder.normalize();
        this.hostPaths = hostPaths;
        Path longest = socket(new MachineId(new java.util.UUID(0, 0)));
        for (Path path : List.of(longest, hostPaths.apply(longest))) {
            if (!path.isAbsolute() || path.toString().length() > LONGEST_SOCKET) {
                throw new IllegalArgumentException("a socket at %s, which is relative or longer than %d characters"
                        .formatted(path, LONGEST_SOCKET));
            }
        }
    }

    Path socket(MachineId machine) {
        return of(machine).resolve("nbd");
    }

    Path socketFromHere(MachineId machine) {
        return hostPaths.apply(socket(machine));
    }

    Path scratch(MachineId machine, String disk) {
        return of(machine).resolve(disk + ".scratch");
    }

    /** Whether a capture with this socket is ours. */
    boolean owns(Path socket) {
        return socket.normalize().startsWith(folder);
    }

    private Path of(MachineId machine) {
        return folder.resolve(machine.toString());
    }

    /** An empty folder for a machine's capture that QEMU may write to. */
    void prepare(MachineId machine, QemuAccount account) throws HypervisorException {
        Path own = hostPaths.apply(of(machine));
        try {
            Path above = hostPaths.apply(folder);
            if (!Files.isDirectory(above)) {
                Files.createDirectories(above);
                Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwx--x--x"));
            }
            clear(machine);
            Files.createDirectories(own);
            Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwx------"));
            Files.setAttribute(own, "unix:uid", account.user());
            Files.setAttribute(own, "unix:gid", account.group());
        } catch (IOException e) {
            throw new HypervisorException(Kind.FAILED, "no folder could be made at %s: %s".formatted(own, e), e);
        }
    }

    /** Removes what a capture has left; files that QEMU still has open go with it. */
    void clear(MachineId machine) throws HypervisorException {
        Path own = hostPaths.apply(of(machine));
        try {
            for (Path file : listed(own)) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(own);
        } catch (IOException e) {
            throw new HypervisorException(Kind.FAILED, "%s could not be emptied: %s".formatted(own, e), e);
        }
    }

    private static List<Path> listed(Path own) throws IOException {
        try (Stream<Path> files = Files.list(own)) {
            return files.toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
