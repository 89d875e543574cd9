package dev.lifeboat.recovery.export;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A user of this host and the group it works in, such as the one that QEMU runs under.
 *
 * @param user its name
 * @param group the name of the group
 */
public record Account(String user, String group) {

    /** What useradd(8) lets through. */
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_-]{0,31}");

    public Account {
        if (!NAME.matcher(user).matches() || !NAME.matcher(group).matches()) {
            throw new IllegalArgumentException("\"%s:%s\" is no account".formatted(user, group));
        }
    }

    @Override
    public String toString() {
        return user + ":" + group;
    }

    /** The account that {@link #toString} wrote; empty for an empty text. */
    static Optional<Account> parse(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String[] names = text.split(":", -1);
        if (names.length != 2) {
            throw new IllegalArgumentException("\"%s\" is no account".formatted(text));
        }
        return Optional.of(new Account(names[0], names[1]));
    }
}
