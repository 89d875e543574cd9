package dev.lifeboat.lab.shop;

import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * HTTP as the lab's clients need it: one connection per request, opened, used and closed by the calling thread, for
 * that thread may live in a network namespace of its own and no pool may open a socket elsewhere. Nothing is retried
 * here, redirects are not followed, and every answer is bounded in time and length. Thread-safe.
 */
public final class PlainHttp {

    /** The longest answer that is kept: an order or an error takes a few hundred bytes. */
    static final int ANSWER_LIMIT_BYTES = 16 << 10;

    /** A whole book may take this long: a million orders are 150 MB. */
    private static final Duration STREAM_LIMIT = Duration.ofMinutes(5);

    private final Timekeeper time;
    private final Duration limit;

    /** @param limit how long to wait for a connection, for each part of an answer, and for a whole short answer */
    public PlainHttp(Timekeeper time, Duration limit) {
        if (limit.toMillis() < 1 || limit.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a limit of " + limit);
        }
        this.time = time;
        this.limit = limit;
    }

    /**
     * A whole answer.
     *
     * @param status the HTTP status
     * @param body the body, read as UTF-8
     */
    public record Answer(int status, String body) {}

    /** What is done with the body of an answer while it comes. */
    @FunctionalInterface
    public interface BodyReader<T> {
        T read(int status, InputStream body) throws IOException;
    }

    /**
     * Asks and waits for a short answer.
     *
     * @throws IOException when no whole answer came in time; whether the request was carried out is unknown then
     */
    public Answer get(InetSocketAddress address, String path) throws IOException {
        return exchange(address, path, null, ANSWER_LIMIT_BYTES, limit, PlainHttp::wholeAnswer);
    }

    /**
     * Sends a JSON document and waits for a short answer.
     *
     * @throws IOException as with {@link #get}
     */
    public Answer post(InetSocketAddress address, String path, String json) throws IOException {
        return exchange(address, path, json, ANSWER_LIMIT_BYTES, limit, PlainHttp::wholeAnswer);
    }

    /**
     * Asks for a long answer and reads it as it comes.
     *
     * @param byteLimit the longest body
     * @throws IOException as with {@link #get}, and what the reader throws
     */
    public <T> T stream(InetSocketAddress address, String path, long byteLimit, BodyReader<T> reader)
            throws IOException {
        return exchange(address, path, null, byteLimit, STREAM_LIMIT, reader);
    }

    private <T> T exchange(
            InetSocketAddress address,
            String path,
            @Nullable String json,
            long byteLimit,
            Duration timeLimit,
            BodyReader<T> reader)
            throws IOException {
        Duration deadline = time.elapsed().plus(timeLimit);
        HttpURLConnection connection = connectionTo(address, path);
        try {
            if (json != null) {
                send(connection, json.getBytes(StandardCharsets.UTF_8));
            }
            int status = connection.getResponseCode();
            try (InputStream body = bodyOf(connection, status)) {
                return reader.read(status, new BoundedStream(body, byteLimit, time, deadline));
            }
        } finally {
            connection.disconnect();
        }
    }

    private HttpURLConnection connectionTo(InetSocketAddress address, String path) throws IOException {
        InetAddress host = address.getAddress();
        if (host == null) {
            throw new IOException("the address %s is not resolved".formatted(address));
        }
        String literal = host.getHostAddress();
        String authority = literal.contains(":") ? "[" + literal + "]" : literal;
        URI uri = URI.create(String.format(Locale.ROOT, "http://%s:%d%s", authority, address.getPort(), path));
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout((int) limit.toMillis());
        connection.setReadTimeout((int) limit.toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("Connection", "close");
        return connection;
    }

    private static void send(HttpURLConnection connection, byte[] body) throws IOException {
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        // Of a known length: otherwise the JDK silently posts once more when an answer does not come.
        connection.setFixedLengthStreamingMode(body.length);
        try (OutputStream stream = connection.getOutputStream()) {
            stream.write(body);
        }
    }

    private static InputStream bodyOf(HttpURLConnection connection, int status) throws IOException {
        if (status < HttpURLConnection.HTTP_BAD_REQUEST) {
            return connection.getInputStream();
        }
        InputStream errors = connection.getErrorStream();
        return errors == null ? InputStream.nullInputStream() : errors;
    }

    private static Answer wholeAnswer(int status, InputStream body) throws IOException {
        return new Answer(status, new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }
}
