package dev.lifeboat.cli;

import dev.lifeboat.cli.redaction.Redacted;
import dev.lifeboat.cli.redaction.Redaction;
import dev.lifeboat.cli.redaction.SecretNames;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;

/**
 * An archive for whoever is asked for help. It is laid out so, below one folder that has the archive's name:
 *
 * <pre>
 *   versions.txt, doctor.txt   made for the bundle
 *   files/…                    configuration and logs, each under its path on the host
 *   MANIFEST                   every file met: where from, its size, whether it was cut, how many secrets were removed,
 *                              or why it was left out
 * </pre>
 *
 * <p>Everything in it has gone through {@link Redaction}. It is written under a temporary name that only its owner can
 * read, and appears under its own name when it is complete.
 *
 * <p>For use by one thread.
 */
final class SupportBundle implements AutoCloseable {

    /** The end of a log tells what happened. */
    static final int LOG_TAIL = 2 << 20;

    /** Configuration is written by people: what is larger is something else. */
    static final int LARGEST_CONFIGURATION = 2 << 20;

    /** Together: what can still be sent by mail once it is compressed. */
    static final ByteCount LARGEST_BUNDLE = ByteCount.ofMebibytes(128);

    static final int MOST_FILES = 2000;

    private static final int DEEPEST_FOLDER = 12;
    private static final int OWNER_READS_AND_WRITES = 0600;

    private final Path target;
    private final Path temporary;
    private final String root;
    private final Timekeeper time;
    private final OutputStream file;
    private final TarArchiveOutputStream tar;
    private final Table manifest = new Table("FILE", "FROM", "SIZE", "IN BUNDLE", "CUT", "SECRETS REMOVED", "LEFT OUT");

    private long written;
    private int files;
    private int leftOut;

    /**
     * Begins a bundle.
     *
     * @throws FileAlreadyExistsException when the target exists
     * @throws IOException when its folder cannot be written
     */
    SupportBundle(Path target, Timekeeper time) throws IOException {
        this.target = target.toAbsolutePath();
        this.time = time;
        if (Files.exists(this.target)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        String name = String.valueOf(this.target.getFileName());
        this.root = name.replaceFirst("\\.(tar\\.gz|tgz)$", "") + "/";
        this.temporary = Files.createTempFile(
                this.target.getParent(),
                "." + name + ".",
                ".part",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        // The other way out is a signal, after which no `finally` runs.
        temporary.toFile().deleteOnExit();
        this.file = Files.newOutputStream(temporary);
        this.tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(file), "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    /** Adds a text that was made for the bundle. */
    void addText(String name, String text) throws IOException {
        Redacted redacted = Redaction.redact(text);
        byte[] content = bytes(redacted.text());
        put(name, content);
        manifest.row(
                name,
                "lifeboat",
                String.valueOf(text.length()),
                String.valueOf(content.length),
                "no",
                String.valueOf(redacted.removed()),
                "");
    }

    /** Adds the files below a folder; one that does not exist adds nothing. */
    void addConfiguration(Path folder) throws IOException {
        add(folder, path -> true, false);
    }

    /** Adds the ends of the logs below a folder. */
    void addLogs(Path folder, Predicate<Path> chosen) throws IOException {
        add(folder, chosen, true);
    }

    /**
     * Adds the manifest and gives the bundle its name.
     *
     * @throws FileAlreadyExistsException when somebody else has used the name meanwhile
     */
    void complete() throws IOException {
        int unnamed = Math.max(0, leftOut - MOST_FILES);
        String more = unnamed == 0 ? "" : "\nFiles left out and not named here: %d\n".formatted(unnamed);
        put("MANIFEST", (manifest.text() + more).getBytes(StandardCharsets.UTF_8));
        tar.close();
        // Without REPLACE_EXISTING: what appeared under the name meanwhile is somebody's.
        Files.move(temporary, target);
    }

    /** Leaves nothing behind unless the bundle is complete. */
    @Override
    public void close() throws IOException {
        file.close();
        Files.deleteIfExists(temporary);
    }

    private void add(Path folder, Predicate<Path> chosen, boolean logs) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        for (Path path : filesBelow(folder, chosen)) {
            addFile(path, logs);
        }
    }

    private List<Path> filesBelow(Path folder, Predicate<Path> chosen) throws IOException {
        List<Path> found = new ArrayList<>();
        // Links are not followed: they lead out of our folders, to files that nobody meant to send.
        Files.walkFileTree(folder, EnumSet.noneOf(FileVisitOption.class), DEEPEST_FOLDER, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                if (path.equals(temporary) || !chosen.test(path)) {
                    return FileVisitResult.CONTINUE;
                }
                if (attributes.isRegularFile()) {
                    found.add(path);
                } else {
                    leaveOut(path, 0, attributes.isSymbolicLink() ? "a symbolic link" : "not a regular file");
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException failure) {
                leaveOut(path, 0, "cannot be read: " + failure.getClass().getSimpleName());
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort(null);
        return found;
    }

    private void addFile(Path path, boolean log) throws IOException {
        if (SecretNames.meanSecretFile(path)) {
            leaveOut(path, sizeOf(path), "its name says that it is a secret");
            return;
        }
        if (files >= MOST_FILES || written >= LARGEST_BUNDLE.bytes()) {
            leaveOut(path, sizeOf(path), "the bundle is full");
            return;
        }
        byte[] raw;
        long size;
        try (RandomAccessFile reader = new RandomAccessFile(path.toFile(), "r")) {
            size = reader.length();
            if (!log && size > LARGEST_CONFIGURATION) {
                leaveOut(path, size, "too large for a configuration file");
                return;
            }
            int length = (int) Math.min(size, LOG_TAIL);
            raw = new byte[length];
            reader.seek(size - length);
            reader.readFully(raw);
        } catch (IOException e) {
            leaveOut(path, 0, "cannot be read: " + e.getClass().getSimpleName());
            return;
        }
        if (isBinary(raw)) {
            leaveOut(path, size, "not a text");
            return;
        }
        boolean cut = size > raw.length;
        // Latin-1 gives every byte a letter and gives it back unchanged, whatever the encoding was.
        String text = new String(raw, StandardCharsets.ISO_8859_1);
        Redacted redacted = Redaction.redact(cut ? fromWholeLine(text) : text);
        byte[] content = bytes(redacted.text());
        String name = "files" + path.toAbsolutePath().normalize();
        put(name, content);
        manifest.row(
                name,
                path.toString(),
                String.valueOf(size),
                String.valueOf(content.length),
                cut ? "yes" : "no",
                String.valueOf(redacted.removed()),
                "");
    }

    /**
     * Begins at the first line that is surely not the rest of what was cut: a secret may go on over several lines, and
     * the line that announces it is gone.
     */
    private static String fromWholeLine(String text) {
        int at = text.indexOf('\n') + 1;
        while (at > 0 && at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at = text.indexOf('\n', at) + 1;
        }
        return at == 0 ? "" : text.substring(at);
    }

    private void leaveOut(Path path, long size, String reason) {
        leftOut++;
        // The manifest is bounded too; how many more there are is said at its end.
        if (leftOut <= MOST_FILES) {
            manifest.row("-", path.toString(), String.valueOf(size), "0", "no", "0", reason);
        }
    }

    private void put(String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(root + name);
        entry.setSize(content.length);
        entry.setMode(OWNER_READS_AND_WRITES);
        entry.setModTime(time.instant().toEpochMilli());
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
        written += content.length;
        files++;
    }

    /** More than a few control characters: compressed, or a database, in which no secret could be found. */
    private static boolean isBinary(byte[] content) {
        int controls = 0;
        for (byte at : content) {
            boolean text = at >= ' ' || at < 0 || at == '\t' || at == '\n' || at == '\r' || at == 0x1b || at == 0;
            if (!text) {
                controls++;
            }
        }
        return controls > 64 && controls > content.length / 50;
    }

    private static byte[] bytes(String text) {
        boolean latin = text.chars().allMatch(letter -> letter < 0x100);
        return text.getBytes(latin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    private static long sizeOf(Path path) {
        try {
            return Files.size(path);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Whether a file below the labs' folder is a log. */
    static boolean isLog(Path path) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(".log");
    }
}
