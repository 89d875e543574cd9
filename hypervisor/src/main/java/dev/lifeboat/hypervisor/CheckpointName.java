package dev.lifeboat.hypervisor;

import java.util.regex.Pattern;

/**
 * The name of a checkpoint. Lifeboat's begin with {@value #PREFIX}; others are somebody else's and are never touched.
 *
 * @param value at most 64 characters out of {@code a-z A-Z 0-9 . _ -}
 */
public record CheckpointName(String value) {

    /** What the names of our own begin with. */
    public static final String PREFIX = "lifeboat-";

    private static final Pattern ALLOWED = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}");

    public CheckpointName {
        if (!ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException("a checkpoint named '%s'".formatted(value));
        }
    }

    public boolean isOurs() {
        return value.startsWith(PREFIX);
    }

    @Override
    public String toString() {
        return value;
    }
}
