package dev.lifeboat.bench.command;

import dev.lifeboat.bench.IncrementalSessions;
import dev.lifeboat.host.HostFolders;
import dev.lifeboat.host.HostRequirements;
import dev.lifeboat.host.Need;
import dev.lifeboat.host.PrivateFolder;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The computer on which benches run.
 *
 * @param folders where images are kept, and where benches work unless they are told another folder
 * @param requirements what it must have
 * @param time the source of time
 * @param random good enough for keys
 * @param sessions begins protections inside of this process
 */
public record BenchContext(
        HostFolders folders,
        HostRequirements requirements,
        Timekeeper time,
        RandomGenerator random,
        IncrementalSessions sessions) {

    /** The cache of built images. */
    Path images() {
        return bench().resolve("images");
    }

    /** Where benches work. */
    Path work() {
        return bench().resolve("work");
    }

    /** An empty folder on the file system that is to be measured: below the one that was named, or the usual one. */
    PrivateFolder workFolder(Optional<Path> named) {
        Path parent = named.orElseGet(this::work);
        try {
            return PrivateFolder.in(Files.createDirectories(parent).toAbsolutePath());
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "%s could not be made: %s".formatted(parent, e), e);
        }
    }

    /** Refuses with {@link ErrorCode#HOST_PACKAGES_MISSING} to begin what would fail half-way. */
    void requirePrograms(Need need) {
        requirements.missing(need).orThrow();
    }

    private Path bench() {
        return folders.cache().resolve("bench");
    }
}
