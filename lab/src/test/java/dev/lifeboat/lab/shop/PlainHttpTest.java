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
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PlainHttpTest {

    private final SystemTimekeeper time = new SystemTimekeeper();
    private final PlainHttp http = new PlainHttp(time, Duration.ofMillis(300));

    @Test
    void anAnswerThatIsTooLongIsNotReadToItsEnd() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(new byte[PlainHttp.ANSWER_LIMIT_BYTES + 1]);
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

            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> http.get(address, "/"))
                    .withMessage("the answer took too long");
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
    void anOrderIsSentOnceEvenIfTheConnectionBreaks() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ExecutorService server = Executors.newVirtualThreadPerTaskExecutor()) {
            listener.setSoTimeout(1000);
            Future<Integer> connections = server.submit(() -> countAndCutOff(listener));
            InetSocketAddress address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());

            assertThatIOException().isThrownBy(() -> http.post(address, "/orders", "{}"));
            assertThat(connections.get()).isEqualTo(1);
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

    private static int countAndCutOff(ServerSocket listener) throws IOException {
        int count = 0;
        while (true) {
            try (Socket client = listener.accept()) {
                client.getInputStream().read(new byte[1000]);
                count++;
            } catch (SocketTimeoutException e) {
                return count;
            }
        }
    }
}
