package dev.lifeboat.lab;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Looks at the free space of a file system before work that would run into its end. */
final class FreeSpace {

    private FreeSpace() {}

    /**
     * Refuses when there is less.
     *
     * @param folder where the space is needed; it need not exist yet
     * @param purpose completes "is needed …"
     * @throws LifeboatException with {@link ErrorCode#HOST_NO_SPACE}
     */
    static void require(Path folder, long bytes, String purpose) {
        Path existing = folder.toAbsolutePath();
        while (!Files.exists(existing)) {
            existing = Objects.requireNonNull(existing.getParent(), "the root folder exists");
        }
        long free;
        try {
            free = Files.getFileStore(existing).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (free < bytes) {
            throw new LifeboatException(
                    ErrorCode.HOST_NO_SPACE,
                    "%s has %.1f GiB free; %.1f GiB are needed %s."
                            .formatted(existing, gib(free), gib(bytes), purpose));
        }
    }

    private static double gib(long bytes) {
        return bytes / (double) (1 << 30);
    }
}
