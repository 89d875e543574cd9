package dev.lifeboat.vault.store;

import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The folder inside of a folder store in which files grow until they are whole and get their names. Each file here
 * belongs to the one put that created it. A file whose writer was killed stays behind and is removed when it is old.
 *
 * <p>Safe for use by several threads, and beside other processes: taking away the file of a put that is still under way
 * makes that put fail, and nothing else.
 */
final class IncomingFiles {

    static final String FOLDER = ".incoming";

    /**
     * A put takes seconds. What nobody has written to for a day was left behind, though clocks of several computers may
     * differ by hours.
     */
    static final Duration OLD = Duration.ofDays(1);

    /** Heap buffers are copied to native memory for a write; in steps, so that the copy stays small. */
    private static final int STEP_BYTES = 4 << 20;

    /**
     * Names are random numbers of 64 bits, which meet only where several writers were given the same generator. They
     * step aside together, so each may meet all the others a few times.
     */
    private static final int NAME_ATTEMPTS = 256;

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;
    private final Timekeeper time;
    private final RandomGenerator random;

    IncomingFiles(Path folder, Timekeeper time, RandomGenerator random) {
        this.folder = folder;
        this.time = time;
        this.random = random;
    }

    /** A new file that nobody else writes to. */
    Path create() throws IOException {
        for (int attempt = 1; ; attempt++) {
            Path file = folder.resolve(nextName());
            try {
                return Files.createFile(file, OWNER_ONLY);
            } catch (FileAlreadyExistsException e) {
                if (attempt == NAME_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Writes the content and waits until it is on the disk. */
    static void fill(Path file, ByteBuffer... content) throws IOException {
        int begun = content.length == 1 ? UncachedWriting.write(file, content[0]) : 0;
        ByteBuffer[] rest = begun == 0
                ? content
                : new ByteBuffer[] {content[0].slice(content[0].position() + begun, content[0].remaining() - begun)};
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            channel.position(begun);
            for (ByteBuffer[] step : steps(rest)) {
                // A short write leaves the rest in the last buffers, and buffers that are done cost nothing.
                while (step[step.length - 1].hasRemaining()) {
                    channel.write(step);
                }
            }
            channel.force(true);
        }
    }

    private static List<ByteBuffer[]> steps(ByteBuffer... content) {
        List<ByteBuffer[]> steps = new ArrayList<>();
        List<ByteBuffer> step = new ArrayList<>();
        int room = STEP_BYTES;
        for (ByteBuffer part : content) {
            int from = 0;
            while (from < part.remaining()) {
                int length = Math.min(room, part.remaining() - from);
                step.add(part.slice(part.position() + from, length));
                from += length;
                room -= length;
                if (room == 0) {
                    steps.add(step.toArray(ByteBuffer[]::new));
                    step.clear();
                    room = STEP_BYTES;
                }
            }
        }
        if (!step.isEmpty()) {
            steps.add(step.toArray(ByteBuffer[]::new));
        }
        return steps;
    }

    /** Removes what killed writers left behind long ago; returns how many files. What cannot be removed stays. */
    int removeOld() throws IOException {
        Instant limit = time.instant().minus(OLD);
        int removed = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (isOld(file, limit) && Files.deleteIfExists(file)) {
                    removed++;
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return removed;
    }

    private static boolean isOld(Path file, Instant limit) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile()
                    && attributes.lastModifiedTime().toInstant().isBefore(limit);
        } catch (NoSuchFileException e) {
            // Its put has ended meanwhile.
            return false;
        }
    }

    private synchronized String nextName() {
        return HexFormat.of().toHexDigits(random.nextLong());
    }
}
