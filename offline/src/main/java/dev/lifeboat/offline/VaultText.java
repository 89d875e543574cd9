package dev.lifeboat.offline;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How things of a vault are shown to a person. */
final class VaultText {

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private VaultText() {}

    /** A moment, to the second. */
    static String time(Instant moment) {
        return SECONDS.format(moment);
    }
}
