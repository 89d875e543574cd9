package dev.lifeboat.lab.shop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A book by numbers. A line that repeats the number or the token of an earlier one is a doubled one: it is told of once
 * and not judged any further, yet what it says is not taken for lost. Immutable once made.
 */
final class BookIndex {

    private final Map<Long, Order> byNumber;
    private final List<Order> single = new ArrayList<>();
    private final Set<Order> repeated = new HashSet<>();
    private final List<DoubledOrder> doubled = new ArrayList<>();
    private final Set<Long> tornNumbers = new HashSet<>();

    BookIndex(Book book) {
        byNumber = HashMap.newHashMap(book.orders().size());
        Map<String, Order> byToken = HashMap.newHashMap(book.orders().size());
        for (Order order : book.orders()) {
            Order sameNumber = byNumber.putIfAbsent(order.number(), order);
            Order sameToken = byToken.putIfAbsent(order.token(), order);
            Order first = sameNumber != null ? sameNumber : sameToken;
            if (first == null) {
                single.add(order);
            } else {
                repeated.add(order);
                doubled.add(new DoubledOrder(book.name(), first, order));
            }
        }
        book.torn().stream()
                .map(TornLine::number)
                .filter(number -> number > 0 && !byNumber.containsKey(number))
                .forEach(tornNumbers::add);
    }

    /** Whether a line says exactly this. */
    boolean has(Order order) {
        return order.equals(byNumber.get(order.number())) || repeated.contains(order);
    }

    /** The first order of this number. */
    @Nullable
    Order at(long number) {
        return byNumber.get(number);
    }

    /** Whether no sound line has this number but a torn one seems to. */
    boolean isTorn(long number) {
        return tornNumbers.contains(number);
    }

    /** The sound orders that do not repeat an earlier one, in the order of their lines. */
    Stream<Order> single() {
        return single.stream();
    }

    /** The lines that repeat an earlier one, in their order. */
    List<DoubledOrder> doubled() {
        return doubled;
    }

    /** The numbers below the highest sound one that no line has, neither a sound nor a torn one. */
    List<NumberGap> gaps() {
        List<NumberGap> gaps = new ArrayList<>();
        // A torn line can name any number: it fills a gap but does not make one.
        long highest =
                byNumber.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
        long[] numbers = Stream.of(byNumber.keySet(), tornNumbers)
                .flatMapToLong(known -> known.stream().mapToLong(Long::longValue))
                .filter(number -> number <= highest)
                .sorted()
                .toArray();
        long expected = 1;
        for (long number : numbers) {
            if (number > expected) {
                gaps.add(new NumberGap(expected, number - 1));
            }
            expected = number + 1;
        }
        return gaps;
    }
}
