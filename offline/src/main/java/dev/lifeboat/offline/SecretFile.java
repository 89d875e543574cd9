package dev.lifeboat.offline;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.store.BlobStores;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files that only their owner may read: kits and credentials. They are made with mode 0600, never over a file that is
 * there, and are on the disk when the method returns.
 */
final class SecretFile {

    private SecretFile() {}

    /**
     * Writes a new file.
     *
     * @throws LifeboatException with {@link ErrorCode#CLI_FILE_UNWRITABLE}, also when there is a file of this name
     */
    static void create(Path file, byte[] content) {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            fill(file, channel, ByteBuffer.wrap(content));
        } catch (FileAlreadyExistsException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "%s exists already; it was left alone.".formatted(file), e);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "%s cannot be written: %s".formatted(file, e), e);
        }
    }

    private static void fill(Path file, FileChannel channel, ByteBuffer content) throws IOException {
        try {
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        } catch (IOException e) {
            // Half a secret is of no use, and would stand in the way of the next try.
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /**
     * Refuses a file inside of the vault's own folder: there, who has the store would have what opens it.
     *
     * @throws LifeboatException with {@link ErrorCode#CLI_FILE_UNWRITABLE}
     */
    static void requireOutside(Path file, String vaultUrl) {
        Path folder = BlobStores.folder(vaultUrl).toAbsolutePath().normalize();
        if (real(file.toAbsolutePath().normalize()).startsWith(real(folder))) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE,
                    "%s would be inside of the vault that it helps to open; nobody who holds the store may have it."
                            .formatted(file));
        }
    }

    /** The path without symbolic links, as far as it exists. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            Path above = path.getParent();
            Path name = path.getFileName();
            return above == null || name == null ? path : real(above).resolve(name);
        }
    }
}
