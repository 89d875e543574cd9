package dev.lifeboat.offline;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How things of a vault are shown to a person. */
final class VaultText {

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private VaultText() {}

    /** How long ago something was: two units of it, as in {@code 3 h 05 min}. */
    static String age(Duration age) {
        if (age.isNegative()) {
            return "in the future";
        }
        if (age.toDays() > 0) {
            return "%d d %02d h".formatted(age.toDays(), age.toHoursPart());
        }
        if (age.toHours() > 0) {
            return "%d h %02d min".formatted(age.toHours(), age.toMinutesPart());
        }
        return age.toMinutes() > 0
                ? "%d min %02d s".formatted(age.toMinutes(), age.toSecondsPart())
                : "%d s".formatted(age.toSeconds());
    }

    /** A moment, to the second. */
    static String time(Instant moment) {
        return SECONDS.format(moment);
    }
}
