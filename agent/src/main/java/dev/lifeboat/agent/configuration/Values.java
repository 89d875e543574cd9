package dev.lifeboat.agent.configuration;

import dev.lifeboat.cli.DurationConverter;
import dev.lifeboat.model.ByteCount;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** How values are written. Each method gives nothing for what is written otherwise. */
final class Values {

    static final String DURATION = "a whole number and ms, s, m, h or d, such as 30s";
    static final String SIZE = "a whole number and B, KiB, MiB, GiB or TiB, such as 256MiB";
    static final String PATH = "a path that begins with /";
    static final String TIME = "a time of the day, such as 08:00";

    private static final Pattern SIZE_FORM = Pattern.compile("(\\d{1,6})(B|KiB|MiB|GiB|TiB)");
    private static final Map<String, Integer> SIZE_SHIFTS = Map.of("B", 0, "KiB", 10, "MiB", 20, "GiB", 30, "TiB", 40);
    private static final Pattern TIME_FORM = Pattern.compile("\\d\\d:\\d\\d");

    private Values() {}

    static Optional<Duration> duration(String text) {
        try {
            return Optional.of(new DurationConverter().convert(text));
        } catch (TypeConversionException e) {
            return Optional.empty();
        }
    }

    static Optional<ByteCount> size(String text) {
        Matcher form = SIZE_FORM.matcher(text);
        Integer shift = form.matches() ? SIZE_SHIFTS.get(form.group(2)) : null;
        return shift == null ? Optional.empty() : Optional.of(new ByteCount(Long.parseLong(form.group(1)) << shift));
    }

    static Optional<Path> path(String text) {
        try {
            return text.startsWith("/") ? Optional.of(Path.of(text).normalize()) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    static Optional<LocalTime> time(String text) {
        try {
            return TIME_FORM.matcher(text).matches() ? Optional.of(LocalTime.parse(text)) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** As people would write it in a file. */
    static String text(Duration duration) {
        for (Map.Entry<String, Duration> unit :
                Map.of("d", Duration.ofDays(1), "h", Duration.ofHours(1), "m", Duration.ofMinutes(1))
                        .entrySet()
                        .stream()
                        .sorted(Map.Entry.<String, Duration>comparingByValue().reversed())
                        .toList()) {
            if (!duration.isZero() && duration.toSeconds() % unit.getValue().toSeconds() == 0) {
                return duration.dividedBy(unit.getValue()) + unit.getKey();
            }
        }
        return duration.toSeconds() + "s";
    }
}
