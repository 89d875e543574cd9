package dev.lifeboat.vault.key;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.regex.Pattern;

/** The names of groups, machines, disks, writers, keys and holders. Thread-safe. */
public final class Name {

    /** A name is part of objects' names and of file names; this fits all of them. */
    public static final int MAX_CHARACTERS = 64;

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0," + (MAX_CHARACTERS - 1) + "}");

    private Name() {}

    /** Whether the text may be a name. */
    public static boolean isName(String text) {
        return FORM.matcher(text).matches();
    }

    /**
     * Refuses what may not be a name.
     *
     * @param what the thing that has the name, such as "group"
     * @throws LifeboatException {@link ErrorCode#VAULT_NAME_INVALID}
     */
    public static String require(String what, String text) {
        if (!isName(text)) {
            throw new LifeboatException(
                    ErrorCode.VAULT_NAME_INVALID, "The %s cannot be called \"%s\".".formatted(what, printable(text)));
        }
        return text;
    }

    private static String printable(String text) {
        String start = text.length() > MAX_CHARACTERS ? text.substring(0, MAX_CHARACTERS) + "…" : text;
        return start.replaceAll("\\p{Cntrl}", "?");
    }
}
