package dev.lifeboat.cli.redaction;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Removes PEM blocks, RFC 7468, and their kin of OpenSSH and PGP, unless what they hold is public. */
final class PemBlocks {

    /** No key of any kind is longer; what follows an unfinished one is kept. */
    private static final int LONGEST = 64 * 1024;

    private static final Pattern BEGIN = Pattern.compile("-{4,5} ?BEGIN (?<label>[A-Z0-9 ]{1,60}?) ?-{4,5}");
    private static final Pattern END = Pattern.compile("-{4,5} ?END [A-Z0-9 ]{1,60}-{4,5}");
    private static final Pattern PUBLIC = Pattern.compile("CERTIFICATE|PUBLIC KEY|X509 CRL|PARAMETERS");

    private PemBlocks() {}

    static Redacted redact(String text) {
        CleanCopy copy = new CleanCopy(text);
        int position = endOfOrphan(text);
        if (position > 0) {
            copy.leaveOut(0, position);
        }
        Matcher begin = BEGIN.matcher(text);
        while (begin.find(position)) {
            position = begin.end();
            if (!PUBLIC.matcher(begin.group("label")).find()) {
                position = end(text, begin.start());
                copy.leaveOut(begin.start(), position);
            }
        }
        return copy.complete();
    }

    /** A log that was cut may begin in the middle of a key: all up to the end of that key goes. */
    private static int endOfOrphan(String text) {
        Matcher end = END.matcher(text);
        if (!end.find() || end.end() > LONGEST) {
            return 0;
        }
        Matcher begin = BEGIN.matcher(text);
        return begin.find() && begin.start() < end.start() ? 0 : end.end();
    }

    private static int end(String text, int begin) {
        int limit = Math.min(text.length(), begin + LONGEST);
        Matcher end = END.matcher(text).region(begin, limit);
        return end.find() ? end.end() : limit;
    }
}
