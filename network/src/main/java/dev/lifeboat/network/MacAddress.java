package dev.lifeboat.network;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A hardware address of one network card.
 *
 * @param text in lower case with colons
 */
public record MacAddress(String text) implements Comparable<MacAddress> {

    private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");

    /** The lowest bit of the first byte: such an address means several cards. */
    private static final int GROUP_BIT = 1;

    /** @throws LifeboatException with {@link ErrorCode#NET_UNREADABLE} */
    public MacAddress {
        text = text.toLowerCase(Locale.ROOT);
        if (!SHAPE.matcher(text).matches() || (Integer.parseInt(text, 0, 2, 16) & GROUP_BIT) != 0) {
            throw new LifeboatException(
                    ErrorCode.NET_UNREADABLE,
                    "`%s` is no hardware address of a network card, such as 52:54:00:12:34:56.".formatted(text));
        }
    }

    @Override
    public int compareTo(MacAddress other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
