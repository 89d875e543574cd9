package dev.lifeboat.offline;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.Name;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a sealed copy of the root secret. Objects are never overwritten, so that a copy with a new passphrase
 * needs a name of its own: what the operator calls {@code ops} is stored as {@code ops}, then {@code ops.2},
 * {@code ops.3} and so on. Readers make no difference between them.
 *
 * @param base what the operator calls it
 * @param edition how often it was sealed, from 1
 */
record KeyName(String base, int edition) implements Comparable<KeyName> {

    /** Room for a dot and the digits of the edition in a name. */
    private static final int MAX_BASE_CHARACTERS = Name.MAX_CHARACTERS - 6;

    private static final Pattern LATER_EDITION = Pattern.compile("(.+)\\.([1-9][0-9]{0,4})");

    /** From the name of what is stored. */
    static KeyName ofStored(String stored) {
        Matcher later = LATER_EDITION.matcher(stored);
        return later.matches() && !later.group(2).equals("1")
                ? new KeyName(later.group(1), Integer.parseInt(later.group(2)))
                : new KeyName(stored, 1);
    }

    /**
     * What an operator wants a key to be called.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_NAME_INVALID}
     */
    static KeyName first(String typed) {
        Name.require("key", typed);
        if (typed.length() > MAX_BASE_CHARACTERS || LATER_EDITION.matcher(typed).matches()) {
            throw new LifeboatException(
                    ErrorCode.VAULT_NAME_INVALID,
                    "The key cannot be called %s: a dot and a number at its end, and more than %d characters, are"
                                    .formatted(typed, MAX_BASE_CHARACTERS)
                            + " needed for keys that are changed.");
        }
        return new KeyName(typed, 1);
    }

    /** The one that comes after it. */
    KeyName next() {
        return new KeyName(base, edition + 1);
    }

    /** The name under which it is stored. */
    String stored() {
        return edition == 1 ? base : base + "." + edition;
    }

    @Override
    public int compareTo(KeyName other) {
        int byBase = base.compareTo(other.base);
        return byBase != 0 ? byBase : Integer.compare(edition, other.edition);
    }
}
