package dev.lifeboat.lab.shop;

/**
 * A line of a book that is no sound order: broken, too long, or with a checksum that is not its own.
 *
 * @param book where it stands
 * @param line its place there, from 1
 * @param number the order number that it seems to tell of, 0 when none can be read
 * @param start its first characters, fit to be printed
 */
public record TornLine(BookName book, long line, long number, String start) {

    static TornLine of(BookName book, LineReader.Line line) {
        return new TornLine(book, line.number(), Order.numberNamedIn(line.text()), LineStart.of(line.text()));
    }
}
