package dev.lifeboat.lab.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.cli.Document;
import dev.lifeboat.cli.OutputFormat;
import dev.lifeboat.lab.shop.LostOrder.Trace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Ten orders, all confirmed but number 5, whose answer was lost. One thing goes wrong in each test. */
class OrderAuditTest {

    private static final Instant NOON = Instant.parse("2026-05-04T12:00:00Z");

    private final List<String> orders = new ArrayList<>();
    private final List<String> ledger = new ArrayList<>();
    private final List<Confirmation> notebook = new ArrayList<>();

    @BeforeEach
    void tenOrders() {
        IntStream.rangeClosed(1, 10).mapToObj(OrderAuditTest::order).forEach(order -> {
            orders.add(order.line());
            ledger.add(order.line());
            if (order.number() != 5) {
                notebook.add(confirmation(order));
            }
        });
    }

    @Test
    void aShopThatLostNothingIsClean() throws IOException {
        AuditReport report = audit();

        assertThat(report).isEqualTo(new Expected().report());
        assertThat(report.clean()).isTrue();
        assertThat(report.text()).isEqualTo("""
                        Confirmed to the customer: 9. Of these db has 9; 0 are lost, 0 are torn.
                        Sound orders in db's book: 10; in web's ledger: 10.
                        The last order that is there was confirmed at 2026-05-04T12:00:10Z.
                        In db, but the customer never got the answer: 1. This is harmless.
                        Nothing is lost, torn or doubled, and the two machines agree.
                        """);
    }

    @Test
    void aConfirmedOrderThatIsNowhereIsLost() throws IOException {
        orders.removeLast();
        ledger.removeLast();

        Expected expected = new Expected();
        expected.present = 8;
        expected.orders = 9;
        expected.ledger = 9;
        expected.lost.add(new LostOrder(order(10), at(10), Trace.MISSING));
        expected.lostFromLedger.add(new LostOrder(order(10), at(10), Trace.MISSING));
        expected.firstLostAt = at(10);
        expected.lastKeptAt = at(9);
        assertFault(expected);
    }

    @Test
    void aLostOrderInTheMiddleLeavesAGapToo() throws IOException {
        orders.remove(2);
        ledger.remove(2);

        Expected expected = new Expected();
        expected.present = 8;
        expected.orders = 9;
        expected.ledger = 9;
        expected.lost.add(new LostOrder(order(3), at(3), Trace.MISSING));
        expected.lostFromLedger.add(new LostOrder(order(3), at(3), Trace.MISSING));
        expected.gaps.add(new NumberGap(3, 3));
        expected.firstLostAt = at(3);
        assertFault(expected);
    }

    @Test
    void anOrderWhoseNumberWasGivenAgainAfterAFailoverIsLost() throws IOException {
        Order other = new Order(10, "another", "compass", 1);
        orders.set(9, other.line());
        ledger.set(9, other.line());
        notebook.add(new Confirmation(other, at(60)));

        Expected expected = new Expected();
        expected.confirmed = 10;
        expected.lost.add(new LostOrder(order(10), at(10), Trace.DIFFERENT));
        expected.lostFromLedger.add(new LostOrder(order(10), at(10), Trace.DIFFERENT));
        expected.firstLostAt = at(10);
        expected.lastKeptAt = at(60);
        assertFault(expected);
    }

    @Test
    void aConfirmedOrderThatOnlyTheLedgerForgotIsLostFromTheLedger() throws IOException {
        ledger.remove(2);

        Expected expected = new Expected();
        expected.ledger = 9;
        expected.lostFromLedger.add(new LostOrder(order(3), at(3), Trace.MISSING));
        assertFault(expected);
    }

    @Test
    void aTornLineIsTornAndNotLost() throws IOException {
        orders.set(2, order(3).line().replace("\t13\t", "\t14\t"));

        Expected expected = new Expected();
        expected.present = 8;
        expected.confirmedTorn = 1;
        expected.orders = 9;
        expected.torn.add(new TornLine(BookName.ORDERS, 3, 3, LineStart.of(orders.get(2))));
        assertFault(expected);
    }

    @Test
    void aTornLineInTheLedgerIsTornAndNotLost() throws IOException {
        ledger.set(2, "3\ttoken-3\tro");

        Expected expected = new Expected();
        expected.ledger = 9;
        expected.torn.add(new TornLine(BookName.LEDGER, 3, 3, "3 token-3 ro"));
        assertFault(expected);
    }

    @Test
    void anOrderThatIsThereTwiceIsDoubled() throws IOException {
        orders.add(order(3).line());

        Expected expected = new Expected();
        expected.orders = 11;
        expected.doubled.add(new DoubledOrder(BookName.ORDERS, order(3), order(3)));
        assertFault(expected);
    }

    @Test
    void anOrderThatWasTakenTwiceForOneTokenIsDoubled() throws IOException {
        Order again = new Order(11, "token-3", "rope-12mm", 13);
        orders.add(again.line());
        ledger.add(again.line());

        Expected expected = new Expected();
        expected.orders = 11;
        expected.ledger = 11;
        expected.doubled.add(new DoubledOrder(BookName.ORDERS, order(3), again));
        expected.doubled.add(new DoubledOrder(BookName.LEDGER, order(3), again));
        assertFault(expected);
    }

    @Test
    void aNumberThatWasGivenTwiceIsDoubledAndNeitherOfTheOrdersIsLost() throws IOException {
        Order other = new Order(3, "another", "compass", 1);
        orders.add(2, other.line());
        ledger.add(2, other.line());

        Expected expected = new Expected();
        expected.orders = 11;
        expected.ledger = 11;
        expected.doubled.add(new DoubledOrder(BookName.ORDERS, other, order(3)));
        expected.doubled.add(new DoubledOrder(BookName.LEDGER, other, order(3)));
        expected.unconfirmed.addFirst(other);
        assertFault(expected);
    }

    @Test
    void anOrderThatOnlyWebHasIsADisagreement() throws IOException {
        Order ahead = new Order(11, "ahead", "compass", 1);
        ledger.add(ahead.line());

        Expected expected = new Expected();
        expected.ledger = 11;
        expected.disagreements.add(new Disagreement(ahead, null));
        assertFault(expected);
    }

    @Test
    void anOrderThatTheMachinesHaveDifferentlyIsADisagreement() throws IOException {
        Order other = new Order(5, "token-5", "rope-12mm", 999);
        ledger.set(4, other.line());

        Expected expected = new Expected();
        expected.disagreements.add(new Disagreement(other, order(5)));
        assertFault(expected);
    }

    @Test
    void aCrashBetweenTheTwoBooksIsNoFault() throws IOException {
        ledger.remove(4);

        Expected expected = new Expected();
        expected.ledger = 9;
        expected.unledgered.add(order(5));
        assertThat(audit()).isEqualTo(expected.report());
        assertThat(audit().clean()).isTrue();
    }

    @Test
    void aCrashInTheMiddleOfAnAppendIsNoFault() throws IOException {
        orders.add(order(11).line());

        AuditReport report = auditLedger(String.join("\n", ledger) + "\n11\ttoken-11\tro");

        Expected expected = new Expected();
        expected.orders = 11;
        expected.unconfirmed.add(order(11));
        expected.unledgered.add(order(11));
        expected.unfinished.add(new UnfinishedLine(BookName.LEDGER, 11, "11 token-11 ro"));
        assertThat(report).isEqualTo(expected.report());
        assertThat(report.clean()).isTrue();
    }

    @Test
    void anOrderThatWasConfirmedAndIsUnfinishedIsLost() throws IOException {
        String last = ledger.removeLast();

        AuditReport report = auditLedger(String.join("\n", ledger) + "\n" + last);

        Expected expected = new Expected();
        expected.ledger = 9;
        expected.lostFromLedger.add(new LostOrder(order(10), at(10), Trace.MISSING));
        expected.unfinished.add(new UnfinishedLine(BookName.LEDGER, 10, LineStart.of(last)));
        assertThat(report).isEqualTo(expected.report());
        assertThat(report.clean()).isFalse();
    }

    @Test
    void anOlderPointHasToHaveOnlyWhatWasConfirmedBeforeIt() throws IOException {
        orders.subList(7, 10).clear();
        ledger.subList(7, 10).clear();

        AuditReport report = OrderAudit.asOf(at(8)).judge(notebook, books(text(ledger)));

        Expected expected = new Expected();
        expected.asOf = at(8);
        expected.confirmed = 6;
        expected.confirmedLater = 3;
        expected.present = 6;
        expected.orders = 7;
        expected.ledger = 7;
        expected.lastKeptAt = at(7);
        assertThat(report).isEqualTo(expected.report());
        assertThat(report.clean()).isTrue();
        assertThat(OrderAudit.asOf(at(9))
                        .judge(notebook, books(text(ledger)))
                        .lost()
                        .first())
                .containsExactly(new LostOrder(order(8), at(8), Trace.MISSING));
    }

    @Test
    void aNotebookThatSaysAThingTwiceCountsItOnce() throws IOException {
        notebook.add(notebook.getFirst());

        assertThat(audit()).isEqualTo(new Expected().report());
    }

    @Test
    void theReportNamesTheFaultsAndHowManyMoreThereAre() throws IOException {
        orders.clear();
        ledger.clear();
        for (int number = 11; number <= 30; number++) {
            notebook.add(confirmation(order(number)));
        }

        assertThat(audit().text()).startsWith("""
                        Confirmed to the customer: 29. Of these db has 0; 29 are lost, 0 are torn.
                        Sound orders in db's book: 0; in web's ledger: 0.
                        The first lost order was confirmed at 2026-05-04T12:00:01Z.
                        Confirmed, but lost from db's book: 29
                          order 1 (11 × rope-12mm, token token-1), confirmed at 2026-05-04T12:00:01Z: nothing has its number
                        """).contains("  … and 9 more\n").doesNotContain("agree");
    }

    @Test
    void theReportIsADocumentToo() throws IOException {
        orders.removeLast();

        JsonNode document = JsonMapper.shared().readTree(Document.of(audit(), OutputFormat.json));

        assertThat(document.path("confirmed").intValue()).isEqualTo(9);
        assertThat(document.path("lost").path("count").intValue()).isEqualTo(1);
        assertThat(document.at("/lost/first/0/order/token").stringValue()).isEqualTo("token-10");
        assertThat(document.path("first_lost_at").stringValue()).isEqualTo("2026-05-04T12:00:10Z");
        assertThat(document.path("clean").booleanValue()).isFalse();
    }

    private void assertFault(Expected expected) throws IOException {
        AuditReport report = audit();
        assertThat(report).isEqualTo(expected.report());
        assertThat(report.clean()).isFalse();
    }

    private AuditReport audit() throws IOException {
        return auditLedger(text(ledger));
    }

    private AuditReport auditLedger(String ledgerText) throws IOException {
        return OrderAudit.ofEverything().judge(notebook, books(ledgerText));
    }

    private Books books(String ledgerText) throws IOException {
        return new Books(read(BookName.ORDERS, text(orders)), read(BookName.LEDGER, ledgerText));
    }

    private static Book read(BookName name, String text) throws IOException {
        return Book.read(name, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    private static Order order(int number) {
        return new Order(number, "token-" + number, "rope-12mm", 10 + number);
    }

    private static Confirmation confirmation(Order order) {
        return new Confirmation(order, at(order.number()));
    }

    private static Instant at(long second) {
        return NOON.plusSeconds(second);
    }

    /** The report on ten orders of which nothing is wrong; a test changes what it expects to be different. */
    private static final class Expected {

        private @Nullable Instant asOf;
        private long confirmed = 9;
        private long confirmedLater;
        private long present = 9;
        private long confirmedTorn;
        private long orders = 10;
        private long ledger = 10;
        private final List<LostOrder> lost = new ArrayList<>();
        private final List<LostOrder> lostFromLedger = new ArrayList<>();
        private final List<TornLine> torn = new ArrayList<>();
        private final List<DoubledOrder> doubled = new ArrayList<>();
        private final List<Disagreement> disagreements = new ArrayList<>();
        private final List<NumberGap> gaps = new ArrayList<>();
        private final List<Order> unconfirmed = new ArrayList<>(List.of(order(5)));
        private final List<Order> unledgered = new ArrayList<>();
        private final List<UnfinishedLine> unfinished = new ArrayList<>();
        private @Nullable Instant firstLostAt;
        private Instant lastKeptAt = at(10);

        AuditReport report() {
            return new AuditReport(
                    asOf,
                    confirmed,
                    confirmedLater,
                    present,
                    confirmedTorn,
                    orders,
                    ledger,
                    all(lost),
                    all(lostFromLedger),
                    all(torn),
                    all(doubled),
                    all(disagreements),
                    all(gaps),
                    all(unconfirmed),
                    all(unledgered),
                    unfinished,
                    firstLostAt,
                    lastKeptAt);
        }

        private static <T> Findings<T> all(List<T> findings) {
            return new Findings<>(findings.size(), findings);
        }
    }
}
