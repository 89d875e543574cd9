package dev.lifeboat.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The file of a Unix socket, as a process that was killed leaves it behind. Thread-safe. */
public final class StaleSocket {

    private StaleSocket() {}

    /**
     * Removes it. The caller knows that nobody listens there. What is neither file, folder nor link is taken for a
     * socket; anything else is left as it is.
     */
    public static void remove(Path left) throws IOException {
        try {
            if (Files.readAttributes(left, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther()) {
                Files.delete(left);
            }
        } catch (NoSuchFileException e) {
            // Nothing was left behind.
        }
    }
}
