package dev.lifeboat.lab.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpServer;
import dev.lifeboat.host.SystemTimekeeper;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class PlainHttpTest {

    private final SystemTimekeeper time = new SystemTimekeeper();
    private final PlainHttp http = new PlainHttp(time, Duration.ofMillis(800));

    @Test
    void anAnswerThatIsTooLongIsNotReadToItsEnd() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(new byte[PlainHttp.ANSWER_LIMIT_BYTES + AnswerHead.LIMIT_BYTES]);
            }
        });
        server.start();
        try {
            assertThatIOException()
                    .isThrownBy(() -> http.get(server.getAddress(), "/"))
                    .withMessage("the answer is too long");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aServerThatSendsAByteNowAndThenIsGivenUp() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ExecutorService server = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> served = server.submit(() -> trickle(listener));
            InetSocketAddress address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());

            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> http.get(address, "/"));
            served.cancel(true);
        }
    }

    @Test
    void aServerThatNeverAnswersIsGivenUp() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());

            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> http.post(address, "/orders", "{}"));
        }
    }

    @Test
    void anAnswerThatIsCutOffIsNone() throws Exception {
        String whole = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        for (int length = 0; length < whole.length(); length++) {
            String start = whole.substring(0, length);
            assertThatIOException().as(start).isThrownBy(() -> answerTo(start));
        }
        assertThat(answerTo(whole)).isEqualTo(new PlainHttp.Answer(200, "hello"));
        assertThat(answerTo(whole + "and more")).isEqualTo(new PlainHttp.Answer(200, "hello"));
    }

    @Test
    void anAnswerWithoutALengthEndsWithTheConnection() throws Exception {
        assertThat(answerTo("HTTP/1.0 503 Service Unavailable\r\nServer: x\r\n\r\naway"))
                .isEqualTo(new PlainHttp.Answer(503, "away"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/2 200\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
            })
    void whatIsNoPlainAnswerIsRefused(String answer) {
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> answerTo(answer));
    }

    @Test
    void aHeadWithoutAnEndIsRefused() {
        String header = "X: " + "x".repeat(1000) + "\r\n";
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> answerTo("HTTP/1.1 200 OK\r\n" + header.repeat(17) + "\r\n"));
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> answerTo("H".repeat(17 << 10)));
    }

    @Test
    void eachRequestIsSentOnceOverAConnectionOfItsOwn() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ExecutorService server = Executors.newVirtualThreadPerTaskExecutor()) {
            listener.setSoTimeout(1000);
            Future<List<String>> requests = server.submit(() -> readAndCutOff(listener));
            InetSocketAddress address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());

            assertThatIOException().isThrownBy(() -> http.post(address, "/orders", "{}"));
            assertThatIOException().isThrownBy(() -> http.get(address, "/health"));
            String host = "Host: 127.0.0.1:" + listener.getLocalPort();
            assertThat(requests.get())
                    .containsExactly(
                            "POST /orders HTTP/1.0\r\n" + host + "\r\nConnection: close\r\n"
                                    + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
                            "GET /health HTTP/1.0\r\n" + host + "\r\nConnection: close\r\n\r\n");
        }
    }

    /** What the client makes of these bytes. */
    private PlainHttp.Answer answerTo(String bytes) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ExecutorService server = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> served = server.submit(() -> send(listener, bytes));
            try {
                return http.get(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()), "/");
            } finally {
                served.cancel(true);
            }
        }
    }

    private static @Nullable Object send(ServerSocket listener, String bytes) throws IOException {
        try (Socket client = listener.accept()) {
            int read = client.getInputStream().read(new byte[1000]);
            assertThat(read).isPositive();
            client.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
            return null;
        }
    }

    private Object trickle(ServerSocket listener) throws IOException, InterruptedException {
        try (Socket client = listener.accept()) {
            OutputStream stream = client.getOutputStream();
            stream.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                stream.write('x');
                time.pause(Duration.ofMillis(50));
            }
        }
    }

    private static List<String> readAndCutOff(ServerSocket listener) throws IOException {
        List<String> requests = new ArrayList<>();
        while (true) {
            try (Socket client = listener.accept()) {
                byte[] request = new byte[1000];
                int length = client.getInputStream().read(request);
                requests.add(new String(request, 0, length, StandardCharsets.US_ASCII));
            } catch (SocketTimeoutException e) {
                return requests;
            }
        }
    }
}
