package dev.lifeboat.network;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A name that is asked for in the DNS, or a domain: labels of letters, digits and hyphens (RFC 1123, section 2.1; an
 * underscore too, which some have).
 *
 * @param text in lower case, without a dot at the end
 */
public record DnsName(String text) implements Comparable<DnsName> {

    /** RFC 1035, section 2.3.4. */
    private static final int MOST_CHARACTERS = 253;

    private static final String LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
    private static final Pattern SHAPE = Pattern.compile(LABEL + "(\\." + LABEL + ")*");

    /** @throws LifeboatException with {@link ErrorCode#NET_UNREADABLE} */
    public DnsName {
        text = text.toLowerCase(Locale.ROOT);
        if (text.length() > MOST_CHARACTERS || !SHAPE.matcher(text).matches()) {
            throw new LifeboatException(
                    ErrorCode.NET_UNREADABLE, "`%s` is no name for the DNS, such as db.example.".formatted(text));
        }
    }

    /** Whether it is a single label. */
    public boolean isShort() {
        return text.indexOf('.') < 0;
    }

    @Override
    public int compareTo(DnsName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
