package dev.lifeboat.recovery.export;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.Name;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What machines read at their last start on this host, for their next one. A file for each machine of a group:
 *
 * <pre>
 * GROUP/MACHINE         a {@link BootTrace}
 * GROUP/.MACHINE.new    one that is being written, or was when somebody died
 * </pre>
 *
 * <p>Invariants: a file is replaced as a whole, and what was asked to be kept last counts. One that makes no sense
 * counts as none: without a trace a machine only starts more slowly. There are at most {@value #MOST_KEPT} files, of at
 * most 2 MiB each; the ones written longest ago go first. They have numbers of blocks in them, and nothing of their
 * content.
 *
 * <p>Safe for use by several threads and processes.
 */
public final class KeptTraces {

    /** Of all groups: more than a host recovers machines. */
    static final int MOST_KEPT = 1000;

    /** The longest trace: its runs with 14 bytes each, and the names of its disks. */
    private static final int MOST_BYTES = 2 << 20;

    private static final String UNFINISHED = ".new";

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final FileAttribute<?> OWNERS_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;

    /** @param folder for them alone, made when the first one is kept */
    public KeptTraces(Path folder) {
        this.folder = folder;
    }

    /**
     * What is known of a machine.
     *
     * @param trace {@link BootTrace#NONE} when there is none that can be used
     * @param damage why there is none although there is a file, in a sentence
     */
    public record Known(BootTrace trace, Optional<String> damage) {}

    /** The trace of a machine of a group; never fails. */
    public Known of(String group, String machine) {
        Path file = file(group, machine);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                InputStream content = Channels.newInputStream(channel)) {
            byte[] bytes = content.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                return damaged(file, "it is too long");
            }
            return new Known(BootTrace.decode(bytes), Optional.empty());
        } catch (NoSuchFileException e) {
            return new Known(BootTrace.NONE, Optional.empty());
        } catch (IOException | IllegalArgumentException e) {
            return damaged(file, String.valueOf(e.getMessage()));
        }
    }

    private static Known damaged(Path file, String why) {
        return new Known(BootTrace.NONE, Optional.of("%s cannot be used: %s.".formatted(file, why)));
    }

    /**
     * Keeps a trace in place of the one before.
     *
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_FOLDER_UNUSABLE}; then the one before is still there
     */
    public void keep(String group, String machine, BootTrace trace) {
        Path file = file(group, machine);
        Path next = file.resolveSibling("." + machine + UNFINISHED);
        try {
            Files.createDirectories(folder.resolve(group), OWNER_ONLY);
            // Somebody died while writing it; or writes it now, and finds that it is gone.
            Files.deleteIfExists(next);
            write(next, trace);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_FOLDER_UNUSABLE, "%s cannot be written: %s".formatted(file, e), e);
        }
        dropOldest();
    }

    /** It is on the disk before it has its name, so that a crash of the computer leaves no empty file. */
    private static void write(Path file, BootTrace trace) throws IOException {
        Files.createFile(file, OWNERS_FILE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(trace.encode());
            while (bytes.hasRemaining()) {
                int _ = channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private Path file(String group, String machine) {
        return folder.resolve(Name.require("group", group)).resolve(Name.require("machine", machine));
    }

    private void dropOldest() {
        try (Stream<Path> all = Files.walk(folder, 2)) {
            List<Path> files = all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted(Comparator.comparingLong(KeptTraces::written).reversed())
                    .toList();
            for (Path file : files.subList(Math.min(MOST_KEPT, files.size()), files.size())) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            // Another process keeps one at this moment. Who keeps the next one looks again.
        }
    }

    /** A file that is just being replaced counts as old, and is not there any more when it would be removed. */
    private static long written(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }
}
