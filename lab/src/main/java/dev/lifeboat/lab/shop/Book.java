package dev.lifeboat.lab.shop;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the shop's two books, as read from a machine or from a disk. A million orders take some 150 MB.
 *
 * @param name which of the two
 * @param orders the sound orders, in the order of their lines
 * @param torn the lines that are none
 * @param unfinished what a crash left of the last line, null when the book ends with a whole line
 */
public record Book(
        BookName name,
        List<Order> orders,
        List<TornLine> torn,
        @Nullable UnfinishedLine unfinished) {

    /** The longest line has 219 bytes: 18 + 64 + 64 + 4 + 64 of the fields and 4 tabs, and some room. */
    static final int LINE_LIMIT_BYTES = 256;

    /** More than any lab can place in a week, and still within the memory of a small host. */
    static final int LINE_LIMIT = 5_000_000;

    /** A text with more broken lines than this is something else than a book. */
    static final int TORN_LIMIT = 10_000;

    public Book {
        orders = List.copyOf(orders);
        torn = List.copyOf(torn);
    }

    /**
     * Reads a book to its end. The stream is not closed.
     *
     * @throws LifeboatException with {@link ErrorCode#LAB_BOOKS_UNREADABLE} when it has too many lines, or too many
     *     that are no orders
     * @throws IOException when the stream breaks
     */
    public static Book read(BookName name, InputStream stream) throws IOException {
        List<Order> orders = new ArrayList<>();
        List<TornLine> torn = new ArrayList<>();
        UnfinishedLine unfinished = null;
        LineReader reader = new LineReader(stream, LINE_LIMIT_BYTES);
        for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
            if (line.number() > LINE_LIMIT) {
                throw unreadable("%s has more than %d lines.", name, LINE_LIMIT);
            }
            if (line.ended()) {
                addTo(orders, torn, name, line);
            } else {
                unfinished = UnfinishedLine.of(name, line);
            }
        }
        return new Book(name, orders, torn, unfinished);
    }

    private static void addTo(List<Order> orders, List<TornLine> torn, BookName name, LineReader.Line line) {
        Order order = line.whole() ? Order.ofLine(line.text()).orElse(null) : null;
        if (order != null) {
            orders.add(order);
        } else if (torn.size() < TORN_LIMIT) {
            torn.add(TornLine.of(name, line));
        } else {
            throw unreadable("%s has more than %d lines that are no orders.", name, TORN_LIMIT);
        }
    }

    private static LifeboatException unreadable(String sentence, BookName name, int limit) {
        String happened = sentence.formatted("What was given as " + name.description(), limit);
        return new LifeboatException(ErrorCode.LAB_BOOKS_UNREADABLE, happened);
    }
}
