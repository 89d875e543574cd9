package dev.lifeboat.lab;

import dev.lifeboat.host.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The file {@code contents} of a finished guest image: a line {@code SHA-256 size name} for each of its files. It is
 * written last; an image without it, or with a file of another size, is not complete.
 */
final class ImageContents {

    private static final String NAME = "contents";
    private static final int BUFFER_BYTES = 1 << 20;

    private record Entry(String hash, long size, String name) {}

    private ImageContents() {}

    /** Whether the image is there and every file of it has its size. */
    static boolean areComplete(Path image) {
        try {
            Optional<List<Entry>> entries = read(image);
            if (entries.isEmpty()) {
                return false;
            }
            for (Entry entry : entries.get()) {
                Path file = image.resolve(entry.name());
                if (!Files.isRegularFile(file) || Files.size(file) != entry.size()) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Hashes and syncs every file of the image and writes the list of them. */
    static void record(Path image) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(image)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String hash = copy(file, OutputStream.nullOutputStream());
                lines.add("%s  %d  %s".formatted(hash, Files.size(file), file.getFileName()));
                sync(file);
            }
        }
        Path contents = image.resolve(NAME);
        Files.write(contents, lines);
        sync(contents);
        Folders.sync(image);
    }

    /** Copies a file of the image; says whether it was what the list says it is. */
    static boolean copyVerified(Path image, String name, Path target) throws IOException {
        String expected = read(image).orElse(List.of()).stream()
                .filter(entry -> entry.name().equals(name))
                .map(Entry::hash)
                .findFirst()
                .orElse("");
        try (OutputStream out = Files.newOutputStream(target)) {
            return copy(image.resolve(name), out).equals(expected);
        }
    }

    private static String copy(Path file, OutputStream target) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                target.write(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static Optional<List<Entry>> read(Path image) throws IOException {
        Path contents = image.resolve(NAME);
        if (!Files.isRegularFile(contents)) {
            return Optional.empty();
        }
        List<Entry> entries = new ArrayList<>();
        for (String line : Files.readAllLines(contents)) {
            String[] fields = line.split(" {2}", 3);
            if (fields.length != 3 || !fields[1].matches("\\d{1,18}")) {
                return Optional.empty();
            }
            entries.add(new Entry(fields[0], Long.parseLong(fields[1]), fields[2]));
        }
        return Optional.of(entries);
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
