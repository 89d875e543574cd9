package dev.lifeboat.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a guest image is made: a folder of scripts and files that comes with Lifeboat. Its key is a hash of all that goes
 * into the image, so that a changed recipe never meets an image of the old one.
 */
final class GuestRecipe {

    private static final String COMMON = "common";
    private static final String BASE = "base";
    private static final int KEY_CHARACTERS = 16;

    private final String name;
    private final @Nullable GuestRecipe parent;
    private final SortedMap<String, byte[]> files;

    private GuestRecipe(String name, @Nullable GuestRecipe parent, SortedMap<String, byte[]> files) {
        this.name = name;
        this.parent = parent;
        this.files = files;
    }

    /** The recipe of the image of this name; every image but the base is made on top of the base. */
    static GuestRecipe named(String name) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (String folder : List.of(COMMON, name)) {
            read(folder, files);
        }
        return new GuestRecipe(name, name.equals(BASE) ? null : named(BASE), files);
    }

    String name() {
        return name;
    }

    Optional<GuestRecipe> parent() {
        return Optional.ofNullable(parent);
    }

    /** Changes when anything changes that goes into the image. */
    String key() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            if (parent != null) {
                digest.update(parent.key().getBytes(StandardCharsets.US_ASCII));
            }
            files.forEach((path, content) -> {
                digest.update("%s %d\n".formatted(path, content.length).getBytes(StandardCharsets.UTF_8));
                digest.update(content);
            });
            return HexFormat.of().formatHex(digest.digest()).substring(0, KEY_CHARACTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Writes the recipe's files below this folder and returns the folder that holds its own. */
    Path unpack(Path target) throws IOException {
        for (var file : files.entrySet()) {
            Path path = target.resolve(file.getKey());
            Files.createDirectories(Objects.requireNonNull(path.getParent()));
            Files.write(path, file.getValue());
        }
        return target.resolve(name);
    }

    private static void read(String folder, SortedMap<String, byte[]> into) {
        try {
            URI location = Objects.requireNonNull(
                            GuestRecipe.class.getResource("/lifeboat-lab/guest/" + folder), "no recipe " + folder)
                    .toURI();
            if (location.getScheme().equals("jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(location, new TreeMap<String, String>())) {
                    read(folder, jar.getPath("/lifeboat-lab/guest", folder), into);
                }
            } else {
                read(folder, Path.of(location), into);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void read(String folder, Path path, SortedMap<String, byte[]> into) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                into.put(folder + "/" + path.relativize(file), Files.readAllBytes(file));
            }
        }
    }
}
