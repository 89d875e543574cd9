package dev.lifeboat.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The distribution, as its os-release file names it (freedesktop.org, os-release(5)).
 *
 * @param name for people, such as {@code Debian GNU/Linux 12 (bookworm)}
 * @param id for programs, such as {@code debian}
 * @param relatives the ids of the distributions it is derived from, separated by spaces
 */
public record OperatingSystem(String name, String id, String relatives) {

    /** Where every distribution of today has the file. */
    public static final Path OS_RELEASE = Path.of("/etc/os-release");

    /** Reads it; a file that is missing or cannot be read gives an unknown system. */
    public static OperatingSystem read(Path osRelease) {
        Map<String, String> values = new HashMap<>();
        try {
            for (String line : Files.readAllLines(osRelease)) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    values.put(line.substring(0, equals), unquoted(line.substring(equals + 1)));
                }
            }
        } catch (IOException e) {
            // Without the file nothing is known, and that is the answer.
        }
        return new OperatingSystem(
                values.getOrDefault("PRETTY_NAME", "unknown"),
                values.getOrDefault("ID", "unknown"),
                values.getOrDefault("ID_LIKE", ""));
    }

    /** Whether packages have Debian's names and are installed by apt. */
    public boolean isDebianOrUbuntu() {
        return id.equals("debian")
                || id.equals("ubuntu")
                || Arrays.asList(relatives.split(" ")).contains("debian");
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2
                && (value.startsWith("\"") || value.startsWith("'"))
                && value.charAt(value.length() - 1) == value.charAt(0);
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
