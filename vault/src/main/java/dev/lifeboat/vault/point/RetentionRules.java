package dev.lifeboat.vault.point;

import java.time.Duration;

/**
 * How long points are kept. Hours, days, weeks (from Monday) and months are those of the calendar in UTC; only those
 * count that have points, so that a machine that was off for a month loses nothing by it.
 *
 * @param all every point younger than this is kept
 * @param hourly of how many hours the newest point is kept, at least {@link #LEAST_HOURLY}
 * @param daily of how many days
 * @param weekly of how many weeks
 * @param monthly of how many months
 */
public record RetentionRules(Duration all, int hourly, int daily, int weekly, int monthly) {

    /** What is noticed only on the next day can still be gone back behind, to the hour. */
    public static final int LEAST_HOURLY = 24;

    /** More of any kind is a typing error: so many hours are more than a year. */
    public static final int MOST_OF_A_KIND = 10_000;

    /** More is a typing error. */
    public static final Duration LONGEST_ALL = Duration.ofDays(36_525);

    /** All points of a day, then 24 hourly, 14 daily, 8 weekly and 12 monthly ones. */
    public static final RetentionRules STANDARD = new RetentionRules(Duration.ofHours(24), 24, 14, 8, 12);

    /** @throws IllegalArgumentException when a number is out of its bounds */
    public RetentionRules {
        if (all.isNegative() || all.compareTo(LONGEST_ALL) > 0) {
            throw new IllegalArgumentException("all points of " + all);
        }
        requireBetween(LEAST_HOURLY, hourly, "hourly");
        requireBetween(0, daily, "daily");
        requireBetween(0, weekly, "weekly");
        requireBetween(0, monthly, "monthly");
    }

    private static void requireBetween(int least, int count, String kind) {
        if (count < least || count > MOST_OF_A_KIND) {
            throw new IllegalArgumentException(
                    "%d %s points; there may be %d to %d".formatted(count, kind, least, MOST_OF_A_KIND));
        }
    }
}
