package dev.lifeboat.bench.boot;

import dev.lifeboat.lab.shop.PlainHttp;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a machine over and over by a thread of its own until it answers with the status 200. */
final class FirstAnswer implements AutoCloseable {

    /** A machine that is emulated on a busy computer. */
    private static final Duration LIMIT = Duration.ofMinutes(6);

    /** The kernel accepts at once where anybody listens. A try that is lost is made again sooner than TCP would. */
    private static final Duration CONNECT_LIMIT = Duration.ofMillis(250);

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Timekeeper time;
    private final InetSocketAddress address;
    private final String path;
    private final PlainHttp http;
    private final CompletableFuture<Duration> moment = new CompletableFuture<>();
    private final Thread asking;

    /**
     * Begins to ask.
     *
     * @param path that the machine answers when it is up
     */
    FirstAnswer(InetSocketAddress address, String path, Timekeeper time) {
        this.address = address;
        this.path = path;
        this.time = time;
        this.http = new PlainHttp(time, ANSWER_LIMIT);
        this.asking = Thread.ofPlatform().daemon().name("first-answer").start(this::ask);
    }

    private void ask() {
        try {
            while (!answers()) {
                time.pause(LOOK_AGAIN);
            }
            moment.complete(time.elapsed());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            moment.completeExceptionally(e);
        }
    }

    private boolean answers() {
        try {
            try (Socket socket = new Socket()) {
                socket.connect(address, (int) CONNECT_LIMIT.toMillis());
            }
            return http.get(address, path).status() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * When it answered, by the timekeeper.
     *
     * @throws LifeboatException with {@link ErrorCode#HOST_PROGRAM_TIMED_OUT}
     * @throws InterruptedException when the thread is asked to stop
     */
    Duration await() throws InterruptedException {
        try {
            return moment.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new LifeboatException(
                    ErrorCode.HOST_PROGRAM_TIMED_OUT,
                    "The bench's machine did not answer HTTP within %d s.".formatted(LIMIT.toSeconds()),
                    e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        asking.interrupt();
    }
}
