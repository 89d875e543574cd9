package dev.lifeboat.lab.shop;

/**
 * The end of a book that no line feed ends: the trace of a crash in the middle of an append. It is no damage, for an
 * order is confirmed only once its whole line is safe.
 *
 * @param book where it stands
 * @param line its place there, from 1
 * @param start its first characters, fit to be printed
 */
public record UnfinishedLine(BookName book, long line, String start) {

    static UnfinishedLine of(BookName book, LineReader.Line line) {
        return new UnfinishedLine(book, line.number(), LineStart.of(line.text()));
    }
}
