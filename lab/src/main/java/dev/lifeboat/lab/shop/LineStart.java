package dev.lifeboat.lab.shop;

/** The beginning of a text that somebody else wrote, made fit for a terminal: anything could stand in it. */
final class LineStart {

    private static final int CHARACTERS_OF_A_LINE = 60;

    /** A whole order in JSON has up to 270. */
    private static final int CHARACTERS_OF_AN_ANSWER = 300;

    private LineStart() {}

    /** The beginning of a line of a book: enough to recognize it. */
    static String of(String line) {
        return start(line, CHARACTERS_OF_A_LINE);
    }

    /** The beginning of an answer of the shop: enough to see what is wrong with it. */
    static String ofAnswer(String body) {
        return start(body.strip(), CHARACTERS_OF_AN_ANSWER);
    }

    private static String start(String text, int characters) {
        StringBuilder start = new StringBuilder();
        text.codePoints()
                .limit(characters)
                .map(character -> character == '\t' ? ' ' : character)
                .map(character -> character < ' ' || character > '~' ? '?' : character)
                .forEach(start::appendCodePoint);
        return start.toString();
    }
}
