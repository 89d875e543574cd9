package dev.lifeboat.lab.shop;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An order as the shop keeps it. One that exists is sound: its fields are within their bounds and its checksum follows
 * from them, so two orders are the same exactly when their checksums are.
 *
 * <p>A line of a book, without the line feed that ends it (see {@code docs/formats/shop-books.md}):
 *
 * <pre>
 * number TAB token TAB item TAB quantity TAB checksum
 * </pre>
 *
 * @param number 1, 2, 3, …, without gaps, in the order in which the shop took them
 * @param token the customer's mark, by which a repeated order is known for the same
 * @param item what is ordered
 * @param quantity how many of it, 1 to 1000
 */
public record Order(long number, String token, String item, int quantity) {

    /** The most of one item that can be ordered at once. */
    public static final int QUANTITY_LIMIT = 1000;

    private static final int FIELDS = 5;
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");
    private static final Pattern QUANTITY = Pattern.compile("[1-9][0-9]{0,3}");

    public Order {
        if (number < 1) {
            throw new IllegalArgumentException("an order with the number " + number);
        }
        OrderRequest.check(token, item, quantity);
    }

    /** Lower-case hexadecimal SHA-256 of {@code number|token|item|quantity} in UTF-8. */
    public String checksum() {
        String text = number + "|" + token + "|" + item + "|" + quantity;
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /** Its line in a book, without the line feed. */
    public String line() {
        return number + "\t" + token + "\t" + item + "\t" + quantity + "\t" + checksum();
    }

    /** The order that a line tells of; none when the line is broken or its checksum is wrong. */
    public static Optional<Order> ofLine(String line) {
        String[] fields = line.split("\t", FIELDS + 1);
        if (fields.length != FIELDS
                || !NUMBER.matcher(fields[0]).matches()
                || !QUANTITY.matcher(fields[3]).matches()) {
            return Optional.empty();
        }
        return sound(Long.parseLong(fields[0]), fields[1], fields[2], Integer.parseInt(fields[3]), fields[4]);
    }

    /** The order with these fields; none when one is out of bounds or the checksum is not theirs. */
    static Optional<Order> sound(long number, String token, String item, int quantity, String checksum) {
        if (number < 1 || !OrderRequest.isValid(token, item, quantity)) {
            return Optional.empty();
        }
        return Optional.of(new Order(number, token, item, quantity))
                .filter(order -> order.checksum().equals(checksum));
    }

    /** The number that a line seems to tell of, whether or not the rest of it is sound; 0 when there is none. */
    static long numberNamedIn(String line) {
        int end = line.indexOf('\t');
        String field = end < 0 ? "" : line.substring(0, end);
        return NUMBER.matcher(field).matches() ? Long.parseLong(field) : 0;
    }
}
