package dev.lifeboat.recovery.home;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;

/** What a file looks like from outside. When that is the same, nobody has written to it in between. */
final class FileLook {

    private FileLook() {}

    /** In words without meaning, to be compared: size, when it was last written, and which file it is. */
    static String of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return "%d %s %s"
                .formatted(attributes.size(), attributes.lastModifiedTime().toInstant(), attributes.fileKey());
    }

    /** When a file was last written; empty of a block device, which does not say. */
    static Optional<Instant> written(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return attributes.isRegularFile()
                ? Optional.of(attributes.lastModifiedTime().toInstant())
                : Optional.empty();
    }
}
