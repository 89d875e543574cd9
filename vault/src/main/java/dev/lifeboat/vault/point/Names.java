package dev.lifeboat.vault.point;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.regex.Pattern;

/** What groups, machines, disks, writers, keys and holders may be called: their names are parts of objects' names. */
public final class Names {

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private Names() {}

    public static boolean isValid(String name) {
        return VALID.matcher(name).matches();
    }

    /**
     * The name itself, when it is one.
     *
     * @param what what it shall name, for the message
     * @throws LifeboatException with {@link ErrorCode#VAULT_NAME_INVALID}
     */
    public static String require(String what, String name) {
        if (!isValid(name)) {
            throw new LifeboatException(
                    ErrorCode.VAULT_NAME_INVALID, "\"%s\" cannot be the name of a %s.".formatted(name, what));
        }
        return name;
    }
}
