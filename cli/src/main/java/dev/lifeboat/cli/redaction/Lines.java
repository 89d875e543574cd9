package dev.lifeboat.cli.redaction;

import java.util.function.Predicate;

/**
 * The lines of a text, and which of them belong to one before them. A line ends before its line break, which is a line
 * feed with or without a carriage return.
 *
 * @param text the text, in any format
 */
record Lines(String text) {

    /** Where the line of a position begins; the position is not a line break. */
    int start(int position) {
        return text.lastIndexOf('\n', position) + 1;
    }

    /** Where the line of a position ends. */
    int end(int position) {
        int feed = text.indexOf('\n', position);
        int end = feed < 0 ? text.length() : feed;
        return end > position && text.charAt(end - 1) == '\r' ? end - 1 : end;
    }

    /** The end of the last of the lines that a backslash at the end of the line before continues. */
    int continued(int lineEnd) {
        int end = lineEnd;
        while (end < text.length() && text.charAt(end - 1) == '\\') {
            end = end(next(end));
        }
        return end;
    }

    /** The end of the last of the following lines that are indented deeper than a column. */
    int deeper(int lineEnd, int column) {
        return following(lineEnd, line -> indent(line) > column);
    }

    /** As {@link #deeper}, or are items of a list in that column. */
    int deeperOrItems(int lineEnd, int column) {
        return following(
                lineEnd, line -> indent(line) > column || (indent(line) == column && line.startsWith("- ", column)));
    }

    /** The end of the next line that is not blank; the given end when there is none. */
    int nextFull(int lineEnd) {
        int end = lineEnd;
        while (end < text.length()) {
            int start = next(end);
            end = end(start);
            if (!text.substring(start, end).isBlank()) {
                return end;
            }
        }
        return lineEnd;
    }

    /** Blank lines belong to what follows them. */
    private int following(int lineEnd, Predicate<String> belongs) {
        int last = lineEnd;
        int full = nextFull(last);
        while (full > last && belongs.test(text.substring(start(full - 1), full))) {
            last = full;
            full = nextFull(last);
        }
        return last;
    }

    private int next(int lineEnd) {
        int feed = text.indexOf('\n', lineEnd);
        return feed < 0 ? text.length() : feed + 1;
    }

    /** A comment sign counts as indentation, so that what is commented out is read like what is not. */
    private static int indent(String line) {
        int indent = 0;
        while (indent < line.length() && " \t#;>*+|".indexOf(line.charAt(indent)) >= 0) {
            indent++;
        }
        return indent;
    }
}
