package dev.lifeboat.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * How to get a JDK. The text lies in {@code scripts/jdk-advice.txt}, because the launcher has to show the same when
 * there is no Java to run this class with.
 */
public final class JdkAdvice {

    private static final String RESOURCE = "jdk-advice.txt";

    private JdkAdvice() {}

    /** The advice, ending in a line feed. */
    public static String text() {
        try (InputStream stream = JdkAdvice.class.getResourceAsStream(RESOURCE)) {
            return new String(
                    Objects.requireNonNull(stream, RESOURCE + " was not packed").readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " cannot be read", e);
        }
    }
}
