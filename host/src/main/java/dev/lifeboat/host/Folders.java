package dev.lifeboat.host;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;

/** What the JDK leaves to be done with whole folders. */
public final class Folders {

    private Folders() {}

    /**
     * Removes a folder with all that is in it; links are removed, not followed. One that is not there is no error.
     *
     * @throws LifeboatException with {@link ErrorCode#HOST_FOLDER_NOT_REMOVED} naming the first file that stays
     */
    public static void delete(Path folder) {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new LifeboatException(
                    ErrorCode.HOST_FOLDER_NOT_REMOVED, "%s could not be removed: %s".formatted(folder, e), e);
        }
    }

    /** Makes renames and new names in the folder survive a loss of power. */
    public static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The free space where the folder is, or where it would be made. */
    public static ByteCount freeSpace(Path folder) throws IOException {
        Path existing = folder.toAbsolutePath();
        while (Files.notExists(existing)) {
            existing = Objects.requireNonNull(existing.getParent(), "the root folder exists");
        }
        return new ByteCount(Files.getFileStore(existing).getUsableSpace());
    }

    /**
     * Refuses when there is less free space.
     *
     * @param purpose completes "… is needed"
     * @throws LifeboatException with {@link ErrorCode#HOST_NO_SPACE}
     */
    public static void requireSpace(Path folder, ByteCount wanted, String purpose) {
        try {
            ByteCount free = freeSpace(folder);
            if (free.compareTo(wanted) < 0) {
                throw new LifeboatException(
                        ErrorCode.HOST_NO_SPACE,
                        "There are %s free for %s; %s are needed %s.".formatted(free, folder, wanted, purpose));
            }
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.HOST_NO_SPACE, "The free space for %s cannot be read: %s".formatted(folder, e), e);
        }
    }
}
