package dev.lifeboat.network;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.regex.Pattern;

/**
 * A name that people give: of a realm, of a network, of an owner. Short enough that the kernel can keep several of them
 * with what they name.
 *
 * @param text up to 40 letters, digits and {@code . _ -}, beginning with a letter or a digit
 */
public record Label(String text) implements Comparable<Label> {

    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");

    /** Whether the text may be one. */
    public static boolean isOne(String text) {
        return SHAPE.matcher(text).matches();
    }

    /** @throws LifeboatException with {@link ErrorCode#NET_UNREADABLE} */
    public Label {
        if (!isOne(text)) {
            throw new LifeboatException(
                    ErrorCode.NET_UNREADABLE,
                    "`%s` is no name: it takes up to 40 letters, digits and . _ -.".formatted(text));
        }
    }

    @Override
    public int compareTo(Label other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
