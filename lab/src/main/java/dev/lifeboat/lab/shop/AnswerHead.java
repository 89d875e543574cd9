package dev.lifeboat.lab.shop;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The beginning of an answer in HTTP (RFC 9112, sections 2 to 6), as far as a client needs it that asked in HTTP/1.0
 * for one thing.
 *
 * @param status the status code
 * @param bodyBytes the length of the body, −1 when it ends with the connection
 */
record AnswerHead(int status, long bodyBytes) {

    static final int LIMIT_BYTES = 16 << 10;

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([2-5][0-9]{2})( .*)?");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,15}");

    /** Reads up to the empty line, and nothing of what follows. */
    static AnswerHead read(InputStream stream) throws IOException {
        Matcher statusLine = STATUS_LINE.matcher(line(stream));
        if (!statusLine.matches()) {
            throw new ProtocolException("this is no answer in HTTP");
        }
        long bodyBytes = -1;
        int read = 0;
        for (String line = line(stream); !line.isEmpty(); line = line(stream)) {
            read += line.length();
            if (read > LIMIT_BYTES) {
                throw new ProtocolException("the head of the answer is too long");
            }
            String name = line.substring(0, Math.max(0, line.indexOf(':'))).toLowerCase(Locale.ROOT);
            String value = line.substring(line.indexOf(':') + 1).strip();
            if (name.equals("content-length")) {
                bodyBytes = length(value);
            } else if (name.equals("transfer-encoding")) {
                throw new ProtocolException("the answer is encoded as HTTP/1.0 does not know it");
            }
        }
        return new AnswerHead(Integer.parseInt(statusLine.group(1)), bodyBytes);
    }

    private static long length(String value) throws ProtocolException {
        if (!LENGTH.matcher(value).matches()) {
            throw new ProtocolException("the length of the answer is no number");
        }
        return Long.parseLong(value);
    }

    private static String line(InputStream stream) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = stream.read(); next != '\n'; next = stream.read()) {
            if (next < 0) {
                throw new EOFException("the connection was closed before an answer came");
            }
            if (line.size() == LIMIT_BYTES) {
                throw new ProtocolException("the head of the answer is too long");
            }
            line.write(next);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
