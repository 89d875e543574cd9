package dev.lifeboat.recovery.home;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One process at a time works on a disk, or on a group. Given back when the process ends, however it does. */
final class FollowLock implements AutoCloseable {

    private final FileChannel channel;

    private FollowLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes it, in the disk's folder, or fails at once.
     *
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_FOLLOW_BUSY}, or
     *     {@link ErrorCode#RECOVERY_FOLDER_UNUSABLE}
     */
    static FollowLock take(HomeDisk disk) {
        return take(disk.folder(), disk.name());
    }

    /**
     * Takes the lock of a folder, which is made when it is not there, or fails at once.
     *
     * @param what is worked on in it, for people
     */
    static FollowLock take(Path folder, String what) {
        try {
            Files.createDirectories(folder);
            FileChannel channel =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isOurs(channel)) {
                channel.close();
                throw new LifeboatException(
                        ErrorCode.RECOVERY_FOLLOW_BUSY, "Another process works on %s in %s.".formatted(what, folder));
            }
            return new FollowLock(channel);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_FOLDER_UNUSABLE, "%s cannot be used: %s".formatted(folder, e), e);
        }
    }

    private static boolean isOurs(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
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
