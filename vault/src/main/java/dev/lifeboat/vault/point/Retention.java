package dev.lifeboat.vault.point;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Which points of a group stay under given rules, and why.
 *
 * <ul>
 *   <li>The newest point, the newest application-consistent one, the newest proven one and the pinned ones are never
 *       dropped.
 *   <li>What is newest is decided by the order of history, by epoch and slot, not by clocks: a clock that was set back
 *       makes no older point the newest.
 *   <li>As time goes on and points are added, a dropped point never comes to be kept again, and it makes no difference
 *       to the others whether it was deleted. So pruning may run at any time, as often as one likes.
 * </ul>
 */
public final class Retention {

    /** Why a point stays. */
    public enum Reason {
        /** It is the end of the group's history. */
        NEWEST,
        /** No newer one has its applications' consistency. */
        NEWEST_APPLICATION_CONSISTENT,
        /** No newer one was seen to work. */
        NEWEST_PROVEN,
        /** Somebody needs it. */
        PINNED,
        /** It is younger than the period of which all are kept. */
        YOUNG,
        /** It is the newest of one of the last hours. */
        HOURLY,
        /** It is the newest of one of the last days. */
        DAILY,
        /** It is the newest of one of the last weeks. */
        WEEKLY,
        /** It is the newest of one of the last months. */
        MONTHLY
    }

    private static final int SECONDS_PER_HOUR = 3600;
    private static final int MONTHS_PER_YEAR = 12;
    private static final int DAYS_PER_WEEK = 7;

    /** 1970-01-01 was a Thursday, three days after the start of its week. */
    private static final int DAYS_INTO_FIRST_WEEK = 3;

    private Retention() {}

    /**
     * What the rules say of the points of a group.
     *
     * @param kept the points that stay, in the order of history, each with at least one reason
     * @param dropped the others, in the order of history
     */
    public record Verdict(NavigableMap<PointId, Set<Reason>> kept, List<PointId> dropped) {

        public Verdict {
            kept = Collections.unmodifiableNavigableMap(new TreeMap<>(kept));
            dropped = List.copyOf(dropped);
        }
    }

    /**
     * Applies the rules.
     *
     * @param points of one group, in any order
     * @throws IllegalArgumentException when they are of several groups, or one occurs twice
     */
    public static Verdict kept(List<RetentionCandidate> points, RetentionRules rules, Instant now) {
        List<RetentionCandidate> newestFirst = new ArrayList<>(points);
        newestFirst.sort(Comparator.comparing(RetentionCandidate::id).reversed());
        requireOneHistory(newestFirst);

        NavigableMap<PointId, Set<Reason>> kept = new TreeMap<>();
        keepFirst(newestFirst, kept, Reason.NEWEST, _ -> true);
        keepFirst(
                newestFirst,
                kept,
                Reason.NEWEST_APPLICATION_CONSISTENT,
                point -> point.consistency() == Consistency.APPLICATION);
        keepFirst(newestFirst, kept, Reason.NEWEST_PROVEN, RetentionCandidate::proven);
        Instant youngAfter = now.minus(rules.all());
        for (RetentionCandidate point : newestFirst) {
            if (point.pinned()) {
                keep(point, kept, Reason.PINNED);
            }
            if (point.taken().isAfter(youngAfter)) {
                keep(point, kept, Reason.YOUNG);
            }
        }
        keepLast(newestFirst, kept, Reason.HOURLY, rules.hourly(), Retention::hour);
        keepLast(newestFirst, kept, Reason.DAILY, rules.daily(), Retention::day);
        keepLast(newestFirst, kept, Reason.WEEKLY, rules.weekly(), Retention::week);
        keepLast(newestFirst, kept, Reason.MONTHLY, rules.monthly(), Retention::month);

        List<PointId> dropped = new ArrayList<>();
        for (RetentionCandidate point : newestFirst.reversed()) {
            if (!kept.containsKey(point.id())) {
                dropped.add(point.id());
            }
        }
        return new Verdict(kept, dropped);
    }

    private static void requireOneHistory(List<RetentionCandidate> points) {
        Set<PointId> ids = new HashSet<>();
        for (RetentionCandidate point : points) {
            if (!ids.add(point.id())) {
                throw new IllegalArgumentException(point.id() + " occurs twice");
            }
            if (!point.id().group().equals(points.getFirst().id().group())) {
                throw new IllegalArgumentException(point.id() + " is of another group");
            }
        }
    }

    private static void keep(RetentionCandidate point, NavigableMap<PointId, Set<Reason>> kept, Reason why) {
        kept.computeIfAbsent(point.id(), _ -> EnumSet.noneOf(Reason.class)).add(why);
    }

    private static void keepFirst(
            List<RetentionCandidate> newestFirst,
            NavigableMap<PointId, Set<Reason>> kept,
            Reason why,
            Predicate<RetentionCandidate> is) {
        newestFirst.stream().filter(is).findFirst().ifPresent(point -> keep(point, kept, why));
    }

    /** Keeps the newest point of each of the last periods that have any. */
    private static void keepLast(
            List<RetentionCandidate> newestFirst,
            NavigableMap<PointId, Set<Reason>> kept,
            Reason why,
            int count,
            ToLongFunction<Instant> period) {
        NavigableMap<Long, RetentionCandidate> newestOf = new TreeMap<>();
        for (RetentionCandidate point : newestFirst) {
            newestOf.putIfAbsent(period.applyAsLong(point.taken()), point);
        }
        newestOf.descendingMap().values().stream().limit(count).forEach(point -> keep(point, kept, why));
    }

    private static long hour(Instant moment) {
        return Math.floorDiv(moment.getEpochSecond(), SECONDS_PER_HOUR);
    }

    private static long day(Instant moment) {
        return LocalDate.ofInstant(moment, ZoneOffset.UTC).toEpochDay();
    }

    private static long week(Instant moment) {
        return Math.floorDiv(day(moment) + DAYS_INTO_FIRST_WEEK, DAYS_PER_WEEK);
    }

    private static long month(Instant moment) {
        LocalDate date = LocalDate.ofInstant(moment, ZoneOffset.UTC);
        return (long) date.getYear() * MONTHS_PER_YEAR + date.getMonthValue();
    }
}
