package dev.lifeboat.lab;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;

/** What the JDK leaves to be done with whole folders. */
final class Folders {

    private Folders() {}

    /**
     * Removes a folder with all that is in it; links are removed, not followed. One that is not there is no error.
     *
     * @throws LifeboatException with {@link ErrorCode#LAB_LEFTOVERS} naming the first file that could not be removed
     */
    static void delete(Path folder) {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new LifeboatException(ErrorCode.LAB_LEFTOVERS, "%s could not be removed: %s".formatted(folder, e), e);
        }
    }

    /** Makes renames and new names in the folder survive a loss of power. */
    static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
