package dev.lifeboat.cli.redaction;

import java.util.Optional;

/**
 * Where in a text ends what a quote or a bracket has opened.
 *
 * @param text the text, in any format
 */
record Delimiters(String text) {

    /** How far a closing quote or bracket is looked for. */
    private static final int FARTHEST = 64 * 1024;

    private static final String END_OF_WORD = " \t\r\n,;&}])>/\"'\\";

    /** Behind the closing quote, which is looked for from a position behind the opening one. */
    Optional<Integer> closingQuote(int from, String quote) {
        boolean doublesToEscape = quote.equals("'");
        boolean backslashEscapes = !quote.startsWith("'") && !quote.startsWith("\\");
        int limit = limit(from);
        int position = from;
        while (position < limit) {
            if (doublesToEscape && text.startsWith("''", position)) {
                position += 2;
            } else if (text.startsWith(quote, position)) {
                return Optional.of(position + quote.length());
            } else {
                position += backslashEscapes && text.charAt(position) == '\\' ? 2 : 1;
            }
        }
        return Optional.empty();
    }

    /** Behind the bracket that closes the one at a position. */
    Optional<Integer> closingBracket(int from) {
        int limit = limit(from);
        int depth = 0;
        int position = from;
        do {
            switch (text.charAt(position)) {
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                case '"' -> position = closingQuote(position + 1, "\"").orElse(limit) - 1;
                default -> {}
            }
            position++;
        } while (depth > 0 && position < limit);
        return depth == 0 ? Optional.of(position) : Optional.empty();
    }

    /** What is glued to a value without a space belongs to it: a shell would read {@code 'a'"b"c} as one word. */
    int endOfWord(int from) {
        int end = from;
        while (end < text.length() && END_OF_WORD.indexOf(text.charAt(end)) < 0) {
            end++;
        }
        boolean glued = end == from && end < text.length() && "\"'".indexOf(text.charAt(end)) >= 0;
        if (!glued) {
            return end;
        }
        int lineEnd = new Lines(text).end(from);
        return closingQuote(from + 1, text.substring(from, from + 1))
                .filter(close -> close <= lineEnd)
                .orElse(from);
    }

    private int limit(int from) {
        return Math.min(text.length(), from + FARTHEST);
    }
}
