package dev.lifeboat.lab.shop;

/** The beginning of a damaged line, made fit for a terminal: whatever stood on the disk could stand in it. */
final class LineStart {

    private static final int CHARACTERS_SHOWN = 60;

    private LineStart() {}

    static String of(String text) {
        StringBuilder start = new StringBuilder();
        text.codePoints()
                .limit(CHARACTERS_SHOWN)
                .map(character -> character == '\t' ? ' ' : character)
                .map(character -> character < ' ' || character > '~' ? '?' : character)
                .forEach(start::appendCodePoint);
        return start.toString();
    }
}
