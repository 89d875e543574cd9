package dev.lifeboat.lab.shop;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads a text line by line without ever holding more of a line than a limit: what comes from a disk after a crash may
 * be a gigabyte without a line feed. Unlike the JDK's readers it tells whether the last line was ended. Not
 * thread-safe.
 */
final class LineReader {

    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream stream;
    private final int lineLimit;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int filled;
    private long lines;

    /** @param lineLimit the bytes of a line that are kept, its line feed not counted */
    LineReader(InputStream stream, int lineLimit) {
        this.stream = stream;
        this.lineLimit = lineLimit;
    }

    /**
     * A line.
     *
     * @param number its place in the text, from 1
     * @param text it without its line feed, cut at the limit; bytes that are not UTF-8 become U+FFFD
     * @param whole whether it kept within the limit
     * @param ended whether a line feed ended it; only the last line of a text can lack it
     */
    record Line(long number, String text, boolean whole, boolean ended) {}

    /** The next line, or null after the last. A text that ends in a line feed has no further, empty line. */
    @Nullable
    Line next() throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(lineLimit);
        boolean any = false;
        boolean whole = true;
        while (position < filled || fill()) {
            any = true;
            int end = endOfLine();
            int length = end - position;
            int room = lineLimit - kept.size();
            kept.write(buffer, position, Math.min(length, room));
            whole &= length <= room;
            boolean ended = end < filled;
            position = ended ? end + 1 : end;
            if (ended) {
                return line(kept, whole, true);
            }
        }
        return any ? line(kept, whole, false) : null;
    }

    private Line line(ByteArrayOutputStream kept, boolean whole, boolean ended) {
        lines++;
        return new Line(lines, kept.toString(StandardCharsets.UTF_8), whole, ended);
    }

    private int endOfLine() {
        int end = position;
        while (end < filled && buffer[end] != '\n') {
            end++;
        }
        return end;
    }

    private boolean fill() throws IOException {
        position = 0;
        filled = Math.max(0, stream.read(buffer));
        return filled > 0;
    }
}
