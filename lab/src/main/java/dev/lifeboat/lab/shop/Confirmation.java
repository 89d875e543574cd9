package dev.lifeboat.lab.shop;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An order that the shop confirmed to the customer.
 *
 * @param order what was confirmed
 * @param at when the answer came, by the customer's clock, to the millisecond
 */
public record Confirmation(Order order, Instant at) {

    private static final Pattern MILLIS = Pattern.compile("0|[1-9][0-9]{0,14}");

    public Confirmation {
        at = at.truncatedTo(ChronoUnit.MILLIS);
        if (at.isBefore(Instant.EPOCH)) {
            throw new IllegalArgumentException("confirmed before 1970: " + at);
        }
    }

    /** Its line in the notebook, without the line feed: the line of a book, a tab, milliseconds since 1970. */
    public String line() {
        return order.line() + "\t" + at.toEpochMilli();
    }

    /** The confirmation that a line tells of; none when the line is broken. */
    public static Optional<Confirmation> ofLine(String line) {
        int end = line.lastIndexOf('\t');
        String millis = line.substring(end + 1);
        if (end < 0 || !MILLIS.matcher(millis).matches()) {
            return Optional.empty();
        }
        Instant at = Instant.ofEpochMilli(Long.parseLong(millis));
        return Order.ofLine(line.substring(0, end)).map(order -> new Confirmation(order, at));
    }
}
