package dev.lifeboat.lab.shop;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * An ext4 file system in a private copy, mended as the machine would mend it at its next start, and read without
 * mounting it: a mount would need a loop device and could be left behind.
 */
final class Ext4Copy {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** Exit statuses of e2fsck below this: nothing to do (0), mended (1, 2, 3). See e2fsck(8). */
    private static final int E2FSCK_UNMENDED = 4;

    private final Path disk;
    private final Path file;

    private Ext4Copy(Path disk, Path file) {
        this.disk = disk;
        this.file = file;
    }

    /**
     * Replays the journal and mends the rest.
     *
     * @param disk the disk from which it was copied, for messages
     * @param file the file system and nothing before it, to be written to. e2fsck takes an offset as well, but loses it
     *     when it has replayed a journal
     * @throws LifeboatException with {@link ErrorCode#LAB_BOOKS_UNREADABLE} when it is none, or beyond mending
     */
    static Ext4Copy mend(Path disk, Path file) throws InterruptedException {
        ProgramRun run =
                Program.of("e2fsck", "-fy", file.toString()).within(LIMIT).run();
        if (run.exitCode() >= E2FSCK_UNMENDED) {
            throw new LifeboatException(
                    ErrorCode.LAB_BOOKS_UNREADABLE,
                    "The file system on the disk %s is beyond mending: %s".formatted(disk, run.complaint()));
        }
        return new Ext4Copy(disk, file);
    }

    /**
     * Takes a file out of it.
     *
     * @param source its absolute path in the file system
     * @param target where to put it
     */
    void takeFile(String source, Path target) throws InterruptedException {
        take("dump %s %s", source, target, target);
    }

    /**
     * Takes a folder out of it, with all that is in it, owners and permissions too.
     *
     * @param source its absolute path in the file system
     * @param parent the existing folder in which it will lie under its own name
     */
    void takeFolder(String source, Path parent) throws InterruptedException {
        String name = source.substring(source.lastIndexOf('/') + 1);
        take("rdump %s %s", source, parent, parent.resolve(name));
    }

    private void take(String request, String source, Path target, Path expected) throws InterruptedException {
        ProgramRun run = Program.of(
                        "debugfs", "-R", request.formatted(quoted(source), quoted(target.toString())), file.toString())
                .within(LIMIT)
                .run();
        // debugfs succeeds whatever happens; it has done its work if it has nothing to say but its name.
        List<String> complaints = run.errors()
                .lines()
                .filter(line -> !line.startsWith("debugfs "))
                .toList();
        if (!run.succeeded() || !complaints.isEmpty() || !Files.exists(expected)) {
            throw new LifeboatException(
                    ErrorCode.LAB_BOOKS_UNREADABLE,
                    "%s could not be taken from the disk %s: %s"
                            .formatted(source, disk, String.join("\n  ", complaints)));
        }
    }

    private static String quoted(String path) {
        return '"' + path.replace("\"", "\"\"") + '"';
    }
}
