package dev.lifeboat.recovery.export;

import java.time.Duration;

/**
 * What an agent says to an export: one line of ASCII over a Unix socket for root alone, answered by lines, after which
 * the export ends the connection. The last line of every answer is {@value #END}, so that one that was cut off shows.
 *
 * <pre>
 * status 1      lines of key and value, see {@link ExportStatus}
 * trace 1       the boot trace so far in Base64, on one line
 * booted 1      nothing; no further reading is noted
 * store 1       "answers true" when the store answered just now, else "answers false"
 * </pre>
 */
final class Control {

    static final String STATUS = "status 1";
    static final String TRACE = "trace 1";
    static final String BOOTED = "booted 1";
    static final String STORE = "store 1";
    static final String ANSWERS = "answers ";
    static final String END = "end";
    static final String REFUSED = "refused ";

    /** A busy computer keeps a healthy process waiting for seconds. */
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    /** A question is a word and a number. */
    static final int LONGEST_QUESTION = 64;

    /** The longest trace in Base64, and some lines. */
    static final int LONGEST_ANSWER = 2 << 20;

    private Control() {}
}
