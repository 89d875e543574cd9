package dev.lifeboat.recovery;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.export.ExportFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a recovery has its files, below the folder of all of a host:
 *
 * <pre>
 * NAME/recovery.json          what was ordered, and what was decided ({@link RecoveryJournal})
 * NAME/MACHINE/export.sock…   the export's, see {@link ExportFiles}
 * NAME/MACHINE/cache/         sealed blocks that the export keeps
 * NAME/MACHINE/relay/         the relay's socket
 * NAME/MACHINE/DISK.qcow2     what the recovered machine writes
 * NAME/MACHINE/files/         what the machine keeps beside its disks
 * </pre>
 *
 * Root's, and QEMU's account may pass through.
 *
 * @param folder of this recovery
 */
record RecoveryFolder(Path folder) {

    /** Longest path of a Unix socket on Linux, with the zero behind it, unix(7). */
    private static final int SOCKET_PATH_BYTES = 108;

    private static final String LONGEST_SOCKET_NAME = "export.sock.control";

    static RecoveryFolder of(Path all, String name) {
        return new RecoveryFolder(all.resolve(name));
    }

    Path journal() {
        return folder.resolve("recovery.json");
    }

    Path machine(String machine) {
        return folder.resolve(machine);
    }

    ExportFiles export(String machine) {
        return ExportFiles.in(machine(machine));
    }

    Path cache(String machine) {
        return machine(machine).resolve("cache");
    }

    Path relay(String machine) {
        return machine(machine).resolve("relay");
    }

    Path overlay(String machine, String disk) {
        return machine(machine).resolve(disk + ".qcow2");
    }

    Path files(String machine) {
        return machine(machine).resolve("files");
    }

    /** Whether sockets below the machine's folder would have a name that the kernel takes. */
    boolean hasRoomForSockets(String machine) {
        return relay(machine).resolve(LONGEST_SOCKET_NAME).toString().length() < SOCKET_PATH_BYTES;
    }

    /** The folders of machines that are there. */
    List<Path> machines() {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_FOLDER_UNUSABLE, "%s cannot be read: %s".formatted(folder, e), e);
        }
    }

    boolean hasMachines() {
        return !machines().isEmpty();
    }

    /** Makes the folder of the recovery. */
    void make() {
        makePassable(folder);
    }

    /** Makes the folders of a machine. */
    void make(String machine) {
        makePassable(machine(machine));
        makePassable(files(machine));
        makePassable(cache(machine));
    }

    private static void makePassable(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_FOLDER_UNUSABLE, "The folder %s cannot be made: %s".formatted(folder, e), e);
        }
    }
}
