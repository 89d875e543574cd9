package dev.lifeboat.lab.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random books of a shop that crashed now and then, with random faults planted in them: the audit finds exactly those.
 * The seed is the name of the test; to see one again, put it into {@link #seeds}.
 */
class OrderAuditPropertyTest {

    private static final int RUNS = 300;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, RUNS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theAuditFindsExactlyWhatWasPlanted(long seed) throws IOException {
        PlantedShop shop = new PlantedShop(new SplittableRandom(seed));

        AuditReport report = OrderAudit.ofEverything().judge(shop.notebook, shop.books());

        assertThat(numbers(report.lost(), lost -> lost.order().number()))
                .as("lost")
                .isEqualTo(shop.lost);
        assertThat(numbers(report.lostFromLedger(), lost -> lost.order().number()))
                .as("lost from the ledger")
                .isEqualTo(shop.lostFromLedger);
        assertThat(report.torn().count()).as("torn").isEqualTo(shop.torn);
        assertThat(report.confirmedTorn()).as("confirmed and torn").isEqualTo(shop.confirmedTorn);
        assertThat(numbers(report.doubled(), doubled -> doubled.first().number()))
                .as("doubled")
                .isEqualTo(shop.doubled);
        assertThat(numbers(
                        report.disagreements(),
                        disagreement -> disagreement.ledger().number()))
                .as("disagreements")
                .isEqualTo(shop.disagreements);
        assertThat(missingNumbers(report.gaps())).as("gaps").isEqualTo(shop.gaps());
        assertThat(report.unconfirmed().count()).as("unconfirmed").isEqualTo(shop.unconfirmed());
        assertThat(report.unledgered().count()).as("unledgered").isEqualTo(shop.unledgered.size());
        assertThat(report.unfinished()).as("unfinished").hasSize(shop.tail.isEmpty() ? 0 : 1);
        assertThat(report.clean()).as("clean").isEqualTo(shop.isClean());
    }

    private static <T> Set<Long> numbers(Findings<T> findings, Function<T, Long> number) {
        assertThat(findings.count()).isEqualTo(findings.first().size());
        return findings.first().stream().map(number).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Long> missingNumbers(Findings<NumberGap> gaps) {
        Set<Long> numbers = new TreeSet<>();
        gaps.first().forEach(gap -> LongStream.rangeClosed(gap.from(), gap.to()).forEach(numbers::add));
        return numbers;
    }

    private enum Fault {
        LOST,
        FORGOTTEN_BY_DB,
        FORGOTTEN_BY_WEB,
        TORN_IN_DB,
        TORN_IN_LEDGER,
        GARBLED_IN_DB,
        DOUBLED_IN_DB,
        DOUBLED_IN_LEDGER,
        CHANGED_IN_LEDGER
    }

    /** A shop with its customer, and what a perfect audit would say about it. */
    private static final class PlantedShop {

        private static final int MOST_FAULTS = 12;
        private static final List<Fault> FAULTS = List.of(Fault.values());

        private final RandomGenerator random;
        private final SortedMap<Long, String> orders = new TreeMap<>();
        private final SortedMap<Long, String> ledger = new TreeMap<>();
        private final List<String> ordersAgain = new ArrayList<>();
        private final List<String> ledgerAgain = new ArrayList<>();
        private final List<Confirmation> notebook = new ArrayList<>();
        private final Set<Long> confirmed = new HashSet<>();
        private final Set<Long> unreadable = new HashSet<>();
        private final Set<Long> lost = new TreeSet<>();
        private final Set<Long> lostFromLedger = new TreeSet<>();
        private final Set<Long> doubled = new TreeSet<>();
        private final Set<Long> disagreements = new TreeSet<>();
        private final Set<Long> unledgered = new TreeSet<>();
        private long torn;
        private long confirmedTorn;
        private String tail = "";

        PlantedShop(RandomGenerator random) {
            this.random = random;
            List<Order> sold = sell(random.nextInt(1, 200));
            // A fault is planted where both books have the order, and one is enough for an order.
            List<Order> whole = new ArrayList<>(sold);
            whole.removeIf(order -> !ledger.containsKey(order.number()));
            for (int fault = random.nextInt(MOST_FAULTS + 1); fault > 0 && !whole.isEmpty(); fault--) {
                Order order = whole.remove(random.nextInt(whole.size()));
                plant(FAULTS.get(random.nextInt(FAULTS.size())), order);
            }
            if (random.nextInt(3) == 0) {
                String line = new Order(sold.size() + 1L, "unfinished", "compass", 1).line();
                tail = line.substring(0, random.nextInt(1, line.length() + 1));
            }
        }

        private List<Order> sell(int count) {
            List<Order> sold = new ArrayList<>();
            Instant at = SteppedTime.START;
            for (long number = 1; number <= count; number++) {
                String token = Long.toHexString(random.nextLong());
                Order order = new Order(number, token, "rope-" + random.nextInt(9) + "mm", random.nextInt(1, 1001));
                sold.add(order);
                orders.put(number, order.line());
                int crash = random.nextInt(20);
                if (crash == 0) {
                    unledgered.add(number);
                } else {
                    ledger.put(number, order.line());
                }
                if (crash > 1) {
                    at = at.plus(Duration.ofMillis(random.nextInt(1, 2000)));
                    notebook.add(new Confirmation(order, at));
                    confirmed.add(number);
                }
            }
            return sold;
        }

        private void plant(Fault fault, Order order) {
            long number = order.number();
            switch (fault) {
                case LOST -> {
                    orders.remove(number);
                    ledger.remove(number);
                    ifConfirmed(number, lost);
                    ifConfirmed(number, lostFromLedger);
                }
                case FORGOTTEN_BY_DB -> {
                    orders.remove(number);
                    ifConfirmed(number, lost);
                    disagreements.add(number);
                }
                case FORGOTTEN_BY_WEB -> {
                    ledger.remove(number);
                    ifConfirmed(number, lostFromLedger);
                    ifUnconfirmed(number, unledgered);
                }
                case TORN_IN_DB -> {
                    orders.put(number, tornKeepingTheNumber(order));
                    unreadable.add(number);
                    torn++;
                    confirmedTorn += confirmed.contains(number) ? 1 : 0;
                }
                case TORN_IN_LEDGER -> {
                    ledger.put(number, tornKeepingTheNumber(order));
                    torn++;
                }
                case GARBLED_IN_DB -> {
                    orders.remove(number);
                    ordersAgain.add("#" + Long.toHexString(random.nextLong()));
                    torn++;
                    ifConfirmed(number, lost);
                    disagreements.add(number);
                }
                case DOUBLED_IN_DB -> {
                    ordersAgain.add(order.line());
                    doubled.add(number);
                }
                case DOUBLED_IN_LEDGER -> {
                    ledgerAgain.add(order.line());
                    doubled.add(number);
                }
                case CHANGED_IN_LEDGER -> {
                    int other = order.quantity() % Order.QUANTITY_LIMIT + 1;
                    ledger.put(number, new Order(number, order.token(), order.item(), other).line());
                    ifConfirmed(number, lostFromLedger);
                    disagreements.add(number);
                }
            }
        }

        private void ifConfirmed(long number, Set<Long> findings) {
            if (confirmed.contains(number)) {
                findings.add(number);
            }
        }

        private void ifUnconfirmed(long number, Set<Long> findings) {
            if (!confirmed.contains(number)) {
                findings.add(number);
            }
        }

        /** Cuts the line somewhere behind its number, or changes a character there. */
        private String tornKeepingTheNumber(Order order) {
            String line = order.line();
            int position = random.nextInt(line.indexOf('\t') + 1, line.length());
            return random.nextBoolean()
                    ? line.substring(0, position)
                    : line.substring(0, position) + "~" + line.substring(position + 1);
        }

        Set<Long> gaps() {
            long highest = orders.keySet().stream()
                    .filter(number -> !unreadable.contains(number))
                    .reduce(0L, Math::max);
            return LongStream.rangeClosed(1, highest)
                    .filter(number -> !orders.containsKey(number))
                    .boxed()
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        boolean isClean() {
            return torn == 0
                    && lost.isEmpty()
                    && lostFromLedger.isEmpty()
                    && doubled.isEmpty()
                    && disagreements.isEmpty()
                    && gaps().isEmpty();
        }

        long unconfirmed() {
            return orders.keySet().stream()
                    .filter(number -> !unreadable.contains(number) && !confirmed.contains(number))
                    .count();
        }

        Books books() throws IOException {
            return new Books(
                    read(BookName.ORDERS, text(orders, ordersAgain)),
                    read(BookName.LEDGER, text(ledger, ledgerAgain) + tail));
        }

        private String text(SortedMap<Long, String> lines, List<String> again) {
            List<String> all = new ArrayList<>(lines.values());
            // Repeated and garbled lines come anywhere; of two equal lines it does not matter which is the first.
            again.forEach(line -> all.add(random.nextInt(all.size() + 1), line));
            return all.stream().map(line -> line + "\n").collect(Collectors.joining());
        }

        private static Book read(BookName name, String text) throws IOException {
            return Book.read(name, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
