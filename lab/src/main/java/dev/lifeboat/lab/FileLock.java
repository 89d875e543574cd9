package dev.lifeboat.lab;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;

/**
 * Keeps two processes from working at the same thing. The kernel holds the lock for the process and drops it when the
 * process ends, however it ends: there is no stale lock. The file is removed when the lock is given back.
 *
 * <p>The lock is one of fcntl(2): it belongs to the process, and closing any descriptor of the file drops it. So nobody
 * but this class may open the file, and within one process only one thread at a time may ask for a given file.
 */
final class FileLock implements AutoCloseable {

    private final Path file;
    private final FileChannel channel;

    private FileLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * The lock, or nothing when somebody else has it.
     *
     * @throws LifeboatException with {@link ErrorCode#CLI_FILE_UNWRITABLE} when there can be no such file
     */
    static Optional<FileLock> tryTake(Path file) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            while (true) {
                FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                if (!lock(channel)) {
                    channel.close();
                    return Optional.empty();
                }
                if (isStillTheFile(file, channel)) {
                    return Optional.of(new FileLock(file, channel));
                }
                // Its last holder removed the file between our opening and our locking it.
                channel.close();
            }
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "%s could not be made: %s".formatted(file, e), e);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /**
     * Whether the name still leads to the file that was locked. We make the file as long as our process id is large and
     * look whether the file of that name has this length: looking at a length opens nothing.
     */
    private static boolean isStillTheFile(Path file, FileChannel channel) throws IOException {
        long length = ProcessHandle.current().pid();
        channel.truncate(0);
        channel.write(ByteBuffer.allocate(1), length - 1);
        try {
            return Files.size(file) == length;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
