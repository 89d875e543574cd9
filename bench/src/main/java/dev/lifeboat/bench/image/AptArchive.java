package dev.lifeboat.bench.image;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The archive that this host's {@code apt-get} is set up for. */
final class AptArchive implements PackageArchive {

    /** A hundred megabytes over a slow line. */
    private static final Duration LIMIT = Duration.ofMinutes(15);

    @Override
    public DebianPackage fetch(String name, Path folder) throws InterruptedException {
        ProgramRun run = Program.of("env", "--chdir=" + folder, "apt-get", "download", name)
                .within(LIMIT)
                .run();
        List<Path> files = filesOf(folder);
        if (!run.succeeded() || files.size() != 1) {
            throw new LifeboatException(
                    ErrorCode.HOST_PROGRAM_FAILED,
                    "The package %s could not be fetched: %s".formatted(name, run.complaint()));
        }
        Path file = files.getFirst();
        return new DebianPackage(name, versionOf(file), file);
    }

    static String versionOf(Path file) throws InterruptedException {
        return Program.of("dpkg-deb", "--field", file.toString(), "Version").ask();
    }

    private static List<Path> filesOf(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".deb")).toList();
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNREADABLE, "%s could not be read: %s".formatted(folder, e), e);
        }
    }
}
