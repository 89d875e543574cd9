package dev.lifeboat.vault.point;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lifeboat.vault.point.Retention.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RetentionTest {

    /** A Wednesday. */
    private static final Instant NOW = Instant.parse("2026-11-18T12:00:00Z");

    private static final RetentionRules RULES = RetentionRules.STANDARD;

    @Test
    void theStandardIsADayOfAllThenHoursDaysWeeksAndMonths() {
        assertThat(RULES).isEqualTo(new RetentionRules(Duration.ofHours(24), 24, 14, 8, 12));
    }

    @Test
    void rulesHaveBounds() {
        Duration day = Duration.ofDays(1);
        assertThatIllegalArgumentException().isThrownBy(() -> new RetentionRules(day, 23, 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new RetentionRules(day, 24, -1, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new RetentionRules(day, 24, 0, -1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new RetentionRules(day, 24, 0, 0, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new RetentionRules(day, 10_001, 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new RetentionRules(Duration.ofSeconds(-1), 24, 0, 0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetentionRules(Duration.ofSeconds(Long.MAX_VALUE), 24, 0, 0, 0));
        assertThat(new RetentionRules(Duration.ZERO, 24, 0, 0, 0).hourly()).isEqualTo(24);
    }

    @Test
    void nothingIsKeptOfNothing() {
        Retention.Verdict verdict = Retention.kept(List.of(), RULES, NOW);
        assertThat(verdict.kept()).isEmpty();
        assertThat(verdict.dropped()).isEmpty();
    }

    @Test
    void theOnlyPointStaysForEverWhateverItsAge() {
        Retention.Verdict verdict = Retention.kept(points("1999-01-01T00:00:00Z"), RULES, NOW);
        assertThat(verdict.kept())
                .containsOnlyKeys(id(1))
                .containsEntry(
                        id(1), Set.of(Reason.NEWEST, Reason.HOURLY, Reason.DAILY, Reason.WEEKLY, Reason.MONTHLY));
    }

    @Test
    void youngPointsStayUntilTheyAreAsOldAsThePeriod() {
        RetentionRules rules = new RetentionRules(Duration.ofHours(24), 24, 0, 0, 0);
        List<RetentionCandidate> points = points(
                "2026-11-17T11:59:59Z",
                "2026-11-17T12:00:00Z",
                "2026-11-17T12:00:01Z",
                "2026-11-17T12:00:02Z",
                "2026-11-18T11:00:00Z");
        Retention.Verdict verdict = Retention.kept(points, rules, NOW);
        assertThat(verdict.dropped()).containsExactly(id(2));
        assertThat(verdict.kept())
                .containsEntry(id(1), Set.of(Reason.HOURLY))
                .containsEntry(id(3), Set.of(Reason.YOUNG))
                .containsEntry(id(4), Set.of(Reason.YOUNG, Reason.HOURLY));
    }

    @Test
    void theNewestOfAnHourADayAWeekAndAMonthStay() {
        RetentionRules rules = new RetentionRules(Duration.ZERO, 24, 2, 2, 2);
        List<RetentionCandidate> points = new ArrayList<>();
        // Twenty-four hours in two days of one week, so that the hours leave nothing else over.
        for (int hour = 0; hour < 24; hour++) {
            points.add(crash(100 + hour, Instant.parse("2026-11-17T12:30:00Z").plus(Duration.ofHours(hour))));
        }
        points.add(crash(1, Instant.parse("2026-09-30T23:59:59Z")));
        points.add(crash(2, Instant.parse("2026-10-30T23:59:59Z")));
        points.add(crash(3, Instant.parse("2026-10-31T00:00:00Z")));
        points.add(crash(4, Instant.parse("2026-10-31T23:59:59Z")));
        points.add(crash(5, Instant.parse("2026-11-09T00:00:00Z")));
        points.add(crash(6, Instant.parse("2026-11-15T23:59:59Z")));
        points.add(crash(7, Instant.parse("2026-11-16T00:00:00Z")));
        Retention.Verdict verdict = Retention.kept(points, rules, NOW);

        assertThat(verdict.dropped()).containsExactly(id(1), id(2), id(3), id(5), id(7));
        assertThat(verdict.kept())
                .containsEntry(id(4), Set.of(Reason.MONTHLY))
                .containsEntry(id(6), Set.of(Reason.WEEKLY))
                .containsEntry(id(111), Set.of(Reason.HOURLY, Reason.DAILY))
                .containsEntry(
                        id(123), Set.of(Reason.NEWEST, Reason.HOURLY, Reason.DAILY, Reason.WEEKLY, Reason.MONTHLY));
    }

    @Test
    void hoursWithoutPointsDoNotCount() {
        RetentionRules rules = new RetentionRules(Duration.ZERO, 24, 0, 0, 0);
        List<RetentionCandidate> points = new ArrayList<>();
        for (int n = 1; n <= 30; n++) {
            points.add(crash(n, NOW.minus(Duration.ofDays(30 * (31L - n)))));
        }
        Retention.Verdict verdict = Retention.kept(points, rules, NOW);
        assertThat(verdict.kept().keySet()).hasSize(24).first().isEqualTo(id(7));
    }

    @Test
    void theNewestProvenAndApplicationConsistentAndPinnedPointsAreNeverDropped() {
        List<RetentionCandidate> points = new ArrayList<>(List.of(
                new RetentionCandidate(id(1), at(1), Consistency.APPLICATION, true, false),
                new RetentionCandidate(id(2), at(2), Consistency.CRASH, false, true),
                new RetentionCandidate(id(3), at(3), Consistency.CRASH, true, false),
                new RetentionCandidate(id(4), at(4), Consistency.APPLICATION, false, false)));
        for (int n = 5; n < 1000; n++) {
            points.add(crash(n, at(n)));
        }
        RetentionRules rules = new RetentionRules(Duration.ZERO, 24, 0, 0, 0);
        Retention.Verdict verdict = Retention.kept(points, rules, at(1000));
        assertThat(verdict.kept())
                .hasSize(24 + 3)
                .containsEntry(id(2), Set.of(Reason.PINNED))
                .containsEntry(id(3), Set.of(Reason.NEWEST_PROVEN))
                .containsEntry(id(4), Set.of(Reason.NEWEST_APPLICATION_CONSISTENT));
        assertThat(verdict.dropped()).contains(id(1));
    }

    @Test
    void aClockThatWasSetBackMakesNoOlderPointTheNewest() {
        List<RetentionCandidate> points = List.of(
                crash(1, Instant.parse("2026-11-18T10:10:00Z")),
                crash(2, Instant.parse("2099-01-01T00:00:00Z")),
                crash(3, Instant.parse("2026-01-01T00:00:00Z")));
        RetentionRules rules = new RetentionRules(Duration.ofHours(1), 24, 0, 0, 0);
        assertThat(Retention.kept(points, rules, NOW).kept())
                .containsEntry(id(2), Set.of(Reason.YOUNG, Reason.HOURLY))
                .containsEntry(id(3), Set.of(Reason.NEWEST, Reason.HOURLY));
    }

    @Test
    void theNewestOfALaterEpochIsNewer() {
        RetentionCandidate first =
                new RetentionCandidate(new PointId("shop", 1, 900), NOW, Consistency.CRASH, true, false);
        RetentionCandidate second =
                new RetentionCandidate(new PointId("shop", 2, 1), NOW, Consistency.CRASH, true, false);
        assertThat(Retention.kept(List.of(second, first), new RetentionRules(Duration.ZERO, 24, 0, 0, 0), NOW)
                        .dropped())
                .containsExactly(first.id());
    }

    @Test
    void thePointsAreOfOneGroupAndEachOccursOnce() {
        RetentionCandidate one = crash(1, NOW);
        RetentionCandidate foreign =
                new RetentionCandidate(new PointId("other", 1, 2), NOW, Consistency.CRASH, false, false);
        assertThatIllegalArgumentException().isThrownBy(() -> Retention.kept(List.of(one, one), RULES, NOW));
        assertThatIllegalArgumentException().isThrownBy(() -> Retention.kept(List.of(one, foreign), RULES, NOW));
    }

    @Test
    void pruningAgainDropsNothingMore() {
        for (long seed = 0; seed < 300; seed++) {
            RandomGenerator random = seeded(seed);
            List<RetentionCandidate> points = random(random, 400);
            Collections.shuffle(points, random);
            RetentionRules rules = rules(random);
            Retention.Verdict first = Retention.kept(points, rules, NOW);
            Retention.Verdict second = Retention.kept(left(points, first), rules, NOW);
            assertThat(second.dropped()).as("seed %d", seed).isEmpty();
            assertThat(second.kept()).as("seed %d", seed).isEqualTo(first.kept());
            assertThat(first.kept().values()).allMatch(reasons -> !reasons.isEmpty());
            assertThat(first.kept().size() + first.dropped().size()).isEqualTo(points.size());
        }
    }

    @Test
    void aDroppedPointNeverComesBackAndDeletingItChangesNothingForOthers() {
        for (long seed = 0; seed < 300; seed++) {
            RandomGenerator random = seeded(seed);
            List<RetentionCandidate> history = random(random, 400);
            RetentionRules rules = rules(random);
            List<RetentionCandidate> pruned = new ArrayList<>();
            Set<PointId> gone = new HashSet<>();
            Instant now = Instant.MIN;
            for (int from = 0; from < history.size(); ) {
                int to = Math.min(history.size(), from + 1 + random.nextInt(60));
                pruned.addAll(history.subList(from, to));
                from = to;
                Instant last = history.get(to - 1).taken();
                now = now.isAfter(last) ? now : last;
                now = now.plusSeconds(random.nextInt(100_000));

                Retention.Verdict ofAll = Retention.kept(history.subList(0, to), rules, now);
                Retention.Verdict ofPruned = Retention.kept(pruned, rules, now);
                assertThat(ofPruned.kept()).as("seed %d", seed).isEqualTo(ofAll.kept());
                assertThat(ofAll.kept().keySet()).as("seed %d", seed).noneMatch(gone::contains);
                assertThat(ofAll.kept().get(history.get(to - 1).id())).contains(Reason.NEWEST);
                gone.addAll(ofAll.dropped());
                pruned = left(pruned, ofPruned);
            }
        }
    }

    @Test
    void thirtyDaysOfAPointEveryThirtySecondsLeaveWhatTheRulesPromise() {
        Instant start = Instant.parse("2026-10-19T12:00:00Z");
        Duration period = Duration.ofSeconds(30);
        List<RetentionCandidate> points = new ArrayList<>();
        Instant now = start;
        int most = 0;
        for (int n = 1; n <= 30 * 2880; n++) {
            now = now.plus(period);
            points.add(crash(n, now));
            if (n % 360 == 0) {
                points = left(points, Retention.kept(points, RULES, now));
                most = Math.max(most, points.size());
            }
        }
        assertThat(now).isEqualTo(NOW);

        Retention.Verdict verdict = Retention.kept(points, RULES, NOW);
        // The 2,880 points of the last 24 hours have with them all hours and the last points of two days. Then there
        // are the last points of 12 days more, of the weeks that ended on October 25 and November 1, and of October.
        assertThat(verdict.kept()).hasSize(2880 + 12 + 2 + 1);
        assertThat(verdict.kept().values().stream().filter(reasons -> reasons.contains(Reason.YOUNG)))
                .hasSize(2880);
        assertThat(verdict.kept().values().stream().filter(reasons -> reasons.contains(Reason.HOURLY)))
                .hasSize(24);
        assertThat(verdict.kept().values().stream().filter(reasons -> reasons.contains(Reason.DAILY)))
                .hasSize(14);
        assertThat(verdict.kept().values().stream().filter(reasons -> reasons.contains(Reason.WEEKLY)))
                .hasSize(5);
        assertThat(verdict.kept().values().stream().filter(reasons -> reasons.contains(Reason.MONTHLY)))
                .hasSize(2);
        assertThat(most).isLessThan(2880 + 14 + 8 + 12);
    }

    @Test
    void theReasonsAreThoseThatAPlainReadingOfTheRulesGives() {
        for (long seed = 0; seed < 200; seed++) {
            RandomGenerator random = seeded(seed);
            List<RetentionCandidate> points = random(random, 200);
            RetentionRules rules = rules(random);
            Retention.Verdict verdict = Retention.kept(points, rules, NOW);
            assertThat(with(verdict, Reason.HOURLY))
                    .as("seed %d", seed)
                    .isEqualTo(
                            lastOf(points, rules.hourly(), point -> text(point).substring(0, 13)));
            assertThat(with(verdict, Reason.DAILY))
                    .as("seed %d", seed)
                    .isEqualTo(
                            lastOf(points, rules.daily(), point -> text(point).substring(0, 10)));
            assertThat(with(verdict, Reason.WEEKLY))
                    .as("seed %d", seed)
                    .isEqualTo(lastOf(points, rules.weekly(), RetentionTest::isoWeek));
            assertThat(with(verdict, Reason.MONTHLY))
                    .as("seed %d", seed)
                    .isEqualTo(
                            lastOf(points, rules.monthly(), point -> text(point).substring(0, 7)));
        }
    }

    private static String text(RetentionCandidate point) {
        return point.taken().toString();
    }

    private static String isoWeek(RetentionCandidate point) {
        LocalDate day = LocalDate.ofInstant(point.taken(), ZoneOffset.UTC);
        return "%d-%02d".formatted(day.get(IsoFields.WEEK_BASED_YEAR), day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
    }

    private static Set<PointId> with(Retention.Verdict verdict, Reason reason) {
        return verdict.kept().entrySet().stream()
                .filter(one -> one.getValue().contains(reason))
                .map(one -> one.getKey())
                .collect(Collectors.toSet());
    }

    /** The newest point of each of the last periods, by the text of the period. */
    private static Set<PointId> lastOf(
            List<RetentionCandidate> points, int count, Function<RetentionCandidate, String> period) {
        List<String> last = points.stream()
                .map(period)
                .distinct()
                .sorted(Collections.reverseOrder())
                .limit(count)
                .toList();
        return last.stream()
                .map(one -> points.stream()
                        .filter(point -> period.apply(point).equals(one))
                        .map(RetentionCandidate::id)
                        .max(PointId::compareTo)
                        .orElseThrow())
                .collect(Collectors.toSet());
    }

    private static List<RetentionCandidate> left(List<RetentionCandidate> points, Retention.Verdict verdict) {
        List<RetentionCandidate> left = new ArrayList<>(points);
        left.removeIf(point -> !verdict.kept().containsKey(point.id()));
        return left;
    }

    private static RetentionRules rules(RandomGenerator random) {
        return new RetentionRules(
                Duration.ofMinutes(random.nextInt(5000)),
                24 + random.nextInt(10),
                random.nextInt(20),
                random.nextInt(10),
                random.nextInt(15));
    }

    /** Points of a year at most, in the order of history, now and then with a clock that jumps. */
    private static List<RetentionCandidate> random(RandomGenerator random, int count) {
        List<RetentionCandidate> points = new ArrayList<>();
        Instant taken = NOW.minus(Duration.ofDays(1 + random.nextInt(365)));
        int step = 1 + random.nextInt(200_000);
        int epoch = 1;
        for (int n = 1; n <= count; n++) {
            int jump = random.nextInt(50) == 0 ? random.nextInt(-1_000_000, 1_000_000) : 0;
            taken = taken.plusSeconds(random.nextInt(step)).plusSeconds(jump);
            epoch += random.nextInt(100) == 0 ? 1 : 0;
            points.add(new RetentionCandidate(
                    new PointId("shop", epoch, n),
                    taken,
                    random.nextInt(20) == 0 ? Consistency.APPLICATION : Consistency.CRASH,
                    random.nextInt(20) == 0,
                    random.nextInt(50) == 0));
        }
        return points;
    }

    private static List<RetentionCandidate> points(String... taken) {
        List<RetentionCandidate> points = new ArrayList<>();
        Arrays.stream(taken).forEach(one -> points.add(crash(points.size() + 1, Instant.parse(one))));
        return points;
    }

    private static RetentionCandidate crash(int slot, Instant taken) {
        return new RetentionCandidate(id(slot), taken, Consistency.CRASH, false, false);
    }

    private static PointId id(int slot) {
        return new PointId("shop", 1, slot);
    }

    private static Instant at(int hour) {
        return Instant.parse("2026-01-01T00:00:00Z").plus(Duration.ofHours(hour));
    }

    private static RandomGenerator seeded(long seed) {
        return RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(seed);
    }
}
