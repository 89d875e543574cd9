package dev.lifeboat.bench.tool;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a repository holds.
 *
 * @param bytes the length of all its files together
 * @param objects how many files it has
 */
public record StoredSize(long bytes, long objects) {

    /** Counts a file, or all files of a folder. */
    public static StoredSize of(Path repository) {
        try (Stream<Path> all = Files.walk(repository)) {
            List<Path> files = all.filter(Files::isRegularFile).toList();
            long bytes = 0;
            for (Path file : files) {
                bytes += Files.size(file);
            }
            return new StoredSize(bytes, files.size());
        } catch (IOException | UncheckedIOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNREADABLE, "%s could not be read: %s".formatted(repository, e), e);
        }
    }

    /** What was added since it was like that. */
    public StoredSize since(StoredSize before) {
        return new StoredSize(bytes - before.bytes, objects - before.objects);
    }
}
