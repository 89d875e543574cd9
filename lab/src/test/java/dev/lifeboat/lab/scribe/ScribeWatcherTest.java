package dev.lifeboat.lab.scribe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.shop.PlainHttp;
import dev.lifeboat.lab.shop.ShopAddress;
import dev.lifeboat.lab.shop.Silence;
import dev.lifeboat.lab.shop.SteppedTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Watches a scribe that gives the answers it is told to give, one per second, by HTTP. */
class ScribeWatcherTest {

    private static final String AWAY = "";

    private final SteppedTime time = new SteppedTime();

    @Test
    void theHighestNumberIsRememberedWithItsTime() throws IOException {
        ScribeWatch watch = watch("0\n", "3\n", "7\n", "7\n");

        assertThat(watch.answers()).isEqualTo(4);
        assertThat(watch.highest()).isEqualTo(7);
        assertThat(watch.highestAt()).isEqualTo(second(2));
        assertThat(watch.latestAt()).isEqualTo(second(3));
        assertThat(watch.setbacks().none()).isTrue();
        assertThat(watch.lastTrouble()).isNull();
    }

    @Test
    void theLongestSilenceIsTheOutage() throws IOException {
        ScribeWatch watch = watch("1\n", "2\n", AWAY, AWAY, AWAY, "3\n", AWAY, "4\n");

        assertThat(watch.longestSilence()).isEqualTo(new Silence(second(1), second(5), Duration.ofSeconds(4)));
        assertThat(watch.lastTrouble()).contains("404");
    }

    @Test
    void aNumberThatFallsIsASetbackAndTheHighestStands() throws IOException {
        ScribeWatch watch = watch("5\n", "9\n", AWAY, "6\n", "7\n");

        assertThat(watch.highest()).isEqualTo(9);
        assertThat(watch.latest()).isEqualTo(7);
        assertThat(watch.setbacks().first()).containsExactly(new ScribeSetback(9, 6, second(3)));
        assertThat(watch.text()).contains("At 2026-05-04T12:00:03Z it went back from 9 to 6: records were lost.");
    }

    @Test
    void whatIsNoNumberIsNoAnswer() throws IOException {
        ScribeWatch watch = watch("5\n", "6", "<html>\n", "-7\n", "99999999999999999\n");

        assertThat(watch.answers()).isEqualTo(1);
        assertThat(watch.highest()).isEqualTo(5);
    }

    private ScribeWatch watch(String... answers) throws IOException {
        Queue<String> left = new ArrayDeque<>(List.of(answers));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/last", exchange -> {
            String answer = left.isEmpty() ? AWAY : left.remove();
            byte[] body = answer.getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(body.length == 0 ? 404 : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            PlainHttp http = new PlainHttp(new SystemTimekeeper(), Duration.ofSeconds(5));
            ScribeClient client = new ScribeClient(
                    ShopAddress.fixed(
                            InetAddress.getLoopbackAddress(),
                            server.getAddress().getPort()),
                    http);
            return new ScribeWatcher(client, time, Duration.ofSeconds(1)).watch(Duration.ofSeconds(answers.length));
        } finally {
            server.stop(0);
        }
    }

    private static Instant second(int second) {
        return SteppedTime.START.plusSeconds(second);
    }
}
