package dev.lifeboat.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The version of this build, which the build writes into a resource. */
public final class LifeboatVersion {

    private static final String RESOURCE = "version.properties";

    private LifeboatVersion() {}

    /** Such as {@code 1.2.0}. */
    public static String current() {
        Properties properties = new Properties();
        try (InputStream stream = LifeboatVersion.class.getResourceAsStream(RESOURCE)) {
            properties.load(Objects.requireNonNull(stream, RESOURCE + " was not packed"));
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " cannot be read", e);
        }
        return Objects.requireNonNull(properties.getProperty("version"), RESOURCE + " names no version");
    }
}
