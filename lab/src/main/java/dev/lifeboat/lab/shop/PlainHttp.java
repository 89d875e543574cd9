package dev.lifeboat.lab.shop;

import dev.lifeboat.model.Timekeeper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.0 as the lab's clients need it: one connection per request, opened, used and closed by the calling thread, for
 * that thread may live in a network namespace of its own. The JDK's clients would not do: both keep connections for
 * later, HttpURLConnection even when it was asked to close them, and give them to any thread that asks for the same
 * address, which is another machine in another namespace. Nothing is retried here, redirects are not followed, and
 * every answer is bounded in time and length. Thread-safe.
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

    /** The same for who takes longer to answer. */
    public PlainHttp withLimit(Duration longer) {
        return new PlainHttp(time, longer);
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
        if (address.isUnresolved()) {
            throw new UnknownHostException("the address %s is not resolved".formatted(address));
        }
        try (Socket socket = new Socket(Proxy.NO_PROXY)) {
            socket.connect(address, Math.toIntExact(limit.toMillis()));
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(request(address, path, json));
            long limitBytes = AnswerHead.LIMIT_BYTES + byteLimit;
            InputStream stream = new BufferedInputStream(new AnswerStream(socket, limitBytes, time, limit, deadline));
            AnswerHead head = AnswerHead.read(stream);
            InputStream body = head.bodyBytes() < 0 ? stream : new AnswerBody(stream, head.bodyBytes());
            return reader.read(head.status(), body);
        }
    }

    private static byte[] request(InetSocketAddress address, String path, @Nullable String json) {
        byte[] body = json == null ? new byte[0] : json.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder();
        head.append(json == null ? "GET " : "POST ").append(path).append(" HTTP/1.0\r\n");
        head.append("Host: ").append(authority(address)).append("\r\n");
        head.append("Connection: close\r\n");
        if (json != null) {
            head.append("Content-Type: application/json\r\n");
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        head.append("\r\n");
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.toString().getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body);
        return request.toByteArray();
    }

    private static String authority(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private static Answer wholeAnswer(int status, InputStream body) throws IOException {
        return new Answer(status, new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }
}
