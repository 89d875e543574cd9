package dev.lifeboat.lab;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.regex.Pattern;

/**
 * The name that keeps one lab apart from another on the same computer.
 *
 * @param value 1 to 12 lower-case letters, digits and hyphens, a letter first: short enough for the path of a Unix
 *     socket below the lab's folder
 */
public record LabName(String value) {

    private static final Pattern ALLOWED = Pattern.compile("[a-z][a-z0-9-]{0,11}");

    public LabName {
        if (!isValid(value)) {
            throw new LifeboatException(ErrorCode.LAB_NAME_INVALID, "'%s' cannot be a lab's name.".formatted(value));
        }
    }

    static boolean isValid(String value) {
        return ALLOWED.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
