package dev.lifeboat.lab.shop;

import dev.lifeboat.lab.shop.LostOrder.Trace;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sets what was confirmed to the customer against what the books say. Every fault is told of under the one name that
 * fits it best:
 *
 * <ul>
 *   <li>A confirmed order is present in a book, or torn there, or lost from it: exactly one of the three.
 *   <li>A number that only a torn line seems to have is torn: neither lost, nor a gap, nor a disagreement.
 *   <li>A line that repeats an earlier one of its book is doubled, and not compared with the other book.
 * </ul>
 *
 * <p>Not faults: an order in db that nobody was told of, for its answer may have been lost; an order in db that is not
 * yet in the ledger, unless it was confirmed; an unfinished last line. Immutable.
 */
public final class OrderAudit {

    private final @Nullable Instant asOf;

    private OrderAudit(@Nullable Instant asOf) {
        this.asOf = asOf;
    }

    /** Every confirmed order has to be there. */
    public static OrderAudit ofEverything() {
        return new OrderAudit(null);
    }

    /**
     * Only orders confirmed before a time have to be there: what an older recovery point is judged by.
     *
     * @param moment by the customer's clock
     */
    public static OrderAudit asOf(Instant moment) {
        return new OrderAudit(moment);
    }

    /**
     * Makes the comparison.
     *
     * @param confirmations what the customer's notebook says; one that is there twice counts once
     */
    public AuditReport judge(List<Confirmation> confirmations, Books books) {
        return new Comparison(confirmations, books).report();
    }

    /** One comparison in the making. */
    private final class Comparison {

        private final List<Confirmation> confirmations;
        private final Books books;
        private final BookIndex orders;
        private final BookIndex ledger;
        private final Set<Order> noted;
        private final Set<Order> missedInLedger = new HashSet<>();
        private final Findings.Collector<LostOrder> lost = new Findings.Collector<>();
        private final Findings.Collector<LostOrder> lostFromLedger = new Findings.Collector<>();
        private long expected;
        private long later;
        private long present;
        private long confirmedTorn;
        private @Nullable Instant firstLostAt;
        private @Nullable Instant lastKeptAt;

        Comparison(List<Confirmation> confirmations, Books books) {
            this.confirmations = confirmations;
            this.books = books;
            orders = new BookIndex(books.orders());
            ledger = new BookIndex(books.ledger());
            noted = HashSet.newHashSet(confirmations.size());
        }

        AuditReport report() {
            confirmations.forEach(this::judge);
            return new AuditReport(
                    asOf,
                    expected,
                    later,
                    present,
                    confirmedTorn,
                    books.orders().orders().size(),
                    books.ledger().orders().size(),
                    lost.findings(),
                    lostFromLedger.findings(),
                    collect(Stream.concat(books.orders().torn().stream(), books.ledger().torn().stream())),
                    collect(Stream.concat(orders.doubled().stream(), ledger.doubled().stream())),
                    collect(ledger.single()
                            .filter(order -> !orders.has(order) && !orders.isTorn(order.number()))
                            .map(order -> new Disagreement(order, orders.at(order.number())))),
                    collect(orders.gaps().stream()),
                    collect(orders.single().filter(order -> !noted.contains(order))),
                    collect(orders.single().filter(this::isUnledgered)),
                    Stream.of(books.orders(), books.ledger())
                            .flatMap(book -> Stream.ofNullable(book.unfinished()))
                            .toList(),
                    firstLostAt,
                    lastKeptAt);
        }

        private void judge(Confirmation confirmation) {
            Order order = confirmation.order();
            if (!noted.add(order)) {
                return;
            }
            boolean kept = orders.has(order);
            if (kept) {
                lastKeptAt = latest(lastKeptAt, confirmation.at());
            }
            if (asOf != null && !confirmation.at().isBefore(asOf)) {
                later++;
                return;
            }
            expected++;
            if (kept) {
                present++;
            } else if (orders.isTorn(order.number())) {
                confirmedTorn++;
            } else {
                lost.add(lostFrom(orders, confirmation));
                firstLostAt = earliest(firstLostAt, confirmation.at());
            }
            if (!ledger.has(order) && !ledger.isTorn(order.number())) {
                lostFromLedger.add(lostFrom(ledger, confirmation));
                missedInLedger.add(order);
            }
        }

        /** Whether the ledger has nothing of an order, and is not blamed for that elsewhere. */
        private boolean isUnledgered(Order order) {
            return ledger.at(order.number()) == null
                    && !ledger.isTorn(order.number())
                    && !missedInLedger.contains(order);
        }

        private static LostOrder lostFrom(BookIndex book, Confirmation confirmation) {
            Order order = confirmation.order();
            Trace trace = book.at(order.number()) == null ? Trace.MISSING : Trace.DIFFERENT;
            return new LostOrder(order, confirmation.at(), trace);
        }
    }

    private static <T> Findings<T> collect(Stream<T> found) {
        Findings.Collector<T> findings = new Findings.Collector<>();
        found.forEachOrdered(findings::add);
        return findings.findings();
    }

    private static Instant earliest(@Nullable Instant one, Instant other) {
        return one != null && one.isBefore(other) ? one : other;
    }

    private static Instant latest(@Nullable Instant one, Instant other) {
        return one != null && one.isAfter(other) ? one : other;
    }
}
