package dev.lifeboat.recovery;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** One process at a time works on a recovery. Given back when the process ends, however it does. */
final class RecoveryLock implements AutoCloseable {

    private final FileChannel channel;

    private RecoveryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes it or fails at once.
     *
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_BUSY}
     */
    static RecoveryLock take(RecoveryFolder folder) {
        Path file = folder.folder().resolve("lock");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            // Who ends a recovery removes the file under the lock: a lock on what is no more there keeps nobody out.
            if (lock(channel) == null || !Files.exists(file)) {
                channel.close();
                throw busy(folder);
            }
            return new RecoveryLock(channel);
        } catch (NoSuchFileException e) {
            // The folder was removed just now, by who ended the recovery.
            throw busy(folder);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_FOLDER_UNUSABLE, "%s cannot be locked: %s".formatted(file, e), e);
        }
    }

    private static LifeboatException busy(RecoveryFolder folder) {
        return new LifeboatException(
                ErrorCode.RECOVERY_BUSY, "Another process works on the recovery in %s.".formatted(folder.folder()));
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The kernel gives the lock back when this process ends, at the latest.
        }
    }
}
