package dev.lifeboat.bench.command;

import dev.lifeboat.bench.IncrementalSessions;
import dev.lifeboat.host.HostFolders;
import dev.lifeboat.host.HostRequirements;
import dev.lifeboat.host.Need;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.Timekeeper;
import java.nio.file.Path;

/**
 * The computer on which benches run.
 *
 * @param folders where images are kept, and where benches work unless they are told another folder
 * @param requirements what it must have
 * @param time the source of time
 * @param sessions begins protections inside of this process
 */
public record BenchContext(
        HostFolders folders, HostRequirements requirements, Timekeeper time, IncrementalSessions sessions) {

    /** The cache of built images. */
    Path images() {
        return bench().resolve("images");
    }

    /** Where benches work. */
    Path work() {
        return bench().resolve("work");
    }

    /** Refuses with {@link ErrorCode#HOST_PACKAGES_MISSING} to begin what would fail half-way. */
    void requirePrograms(Need need) {
        requirements.missing(need).orThrow();
    }

    private Path bench() {
        return folders.cache().resolve("bench");
    }
}
