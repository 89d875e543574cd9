package dev.lifeboat.vault;

import java.time.Instant;
import java.util.Locale;

/**
 * Who may add points to a group in an epoch.
 *
 * @param group the group
 * @param epoch from 1
 * @param writer whose points are valid
 * @param at since when
 */
public record Owner(String group, int epoch, String writer, Instant at) {

    private static final String FOLDER = "owners/";

    /** What the names of all objects about a group's owners begin with. */
    static String folder(String group) {
        return FOLDER + group + "/";
    }

    /** The name of its object in the store. */
    public static String objectName(String group, int epoch) {
        return String.format(Locale.ROOT, "%s%08d", folder(group), epoch);
    }
}
