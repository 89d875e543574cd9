package dev.lifeboat.lab;

import dev.lifeboat.lab.shop.PlainHttp;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the machines answer over the network: the shop as its customers reach it from the world, the scribe as its
 * site's router reaches it. Nothing here looks at libvirt: a machine that runs and does not answer does not answer.
 */
final class Answers {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    /** Full guests need half a minute to boot in emulation; this is for a host that is busy with other things. */
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(8);

    private static final Duration REMINDER = Duration.ofSeconds(15);
    private static final int HTTP = 80;

    private final Containers containers;
    private final Timekeeper time;
    private final PlainHttp http;

    Answers(Containers containers, Timekeeper time) {
        this.containers = containers;
        this.time = time;
        this.http = new PlainHttp(time, ANSWER_LIMIT);
    }

    /** How the shop stands; it answers when it can take an order. */
    LabStatus.Shop shop() throws InterruptedException {
        Container world = containers.of(Place.WORLD);
        String address = Place.PRIMARY.publicAddress();
        if (ask(world, address, "/health").isEmpty()) {
            return new LabStatus.Shop(false, null, null);
        }
        Optional<String> books = ask(world, address, "/books");
        return new LabStatus.Shop(
                true,
                books.map(text -> number(text, "orders")).orElse(null),
                books.map(text -> number(text, "ledger")).orElse(null));
    }

    /** How the scribe stands; it answers when its writer runs. */
    LabStatus.Scribe scribe() throws InterruptedException {
        Place site = Machine.SCRIBE.home().site();
        Container router = containers.of(site);
        String address = Machine.SCRIBE.address(site);
        if (ask(router, address, "/health").isEmpty()) {
            return new LabStatus.Scribe(false, null);
        }
        return new LabStatus.Scribe(
                true,
                ask(router, address, "/last")
                        .map(String::strip)
                        .filter(text -> text.matches("\\d{1,16}"))
                        .map(Long::valueOf)
                        .orElse(null));
    }

    /**
     * Waits until each of the machines does for others what it is there for.
     *
     * @param consoles where each machine's console is logged, for the message when it does not
     * @throws LifeboatException with {@link ErrorCode#LAB_MACHINE_SILENT}
     */
    void await(Map<Machine, Path> consoles, Consumer<String> progress) throws InterruptedException {
        Duration start = time.elapsed();
        for (Map.Entry<Machine, Path> machine : consoles.entrySet()) {
            Duration reminded = time.elapsed();
            progress.accept("Waiting for %s to answer".formatted(machine.getKey()));
            while (!answers(machine.getKey())) {
                Duration waited = time.elapsed().minus(start);
                if (waited.compareTo(BOOT_LIMIT) > 0) {
                    throw new LifeboatException(
                            ErrorCode.LAB_MACHINE_SILENT,
                            "%s did not answer within %d minutes; its console is in %s."
                                    .formatted(machine.getKey(), BOOT_LIMIT.toMinutes(), machine.getValue()));
                }
                if (time.elapsed().minus(reminded).compareTo(REMINDER) > 0) {
                    reminded = time.elapsed();
                    progress.accept("Waiting for %s to answer: %d s".formatted(machine.getKey(), waited.toSeconds()));
                }
                time.pause(LOOK_AGAIN);
            }
        }
    }

    /** The database has no customers of its own: it answers when the shop, or at least its port, does. */
    private boolean answers(Machine machine) throws InterruptedException {
        return switch (machine) {
            case WEB -> shop().answers();
            case DB ->
                accepts(
                        containers.of(machine.home().site()),
                        machine.address(machine.home().site()),
                        5432);
            case SCRIBE -> scribe().answers();
        };
    }

    private boolean accepts(Container from, String address, int port) throws InterruptedException {
        return inside(from, () -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress(InetAddress.getByName(address), port), 2000);
                        return "accepted";
                    }
                })
                .isPresent();
    }

    private Optional<String> ask(Container from, String address, String path) throws InterruptedException {
        return inside(from, () -> {
            PlainHttp.Answer answer = http.get(new InetSocketAddress(InetAddress.getByName(address), HTTP), path);
            return answer.status() == HttpURLConnection.HTTP_OK ? answer.body() : null;
        });
    }

    private interface Question {
        @Nullable
        String ask() throws IOException;
    }

    /** No answer, whatever the reason, is nothing: the network of a place that has no power included. */
    private static Optional<String> inside(Container from, Question question) throws InterruptedException {
        try {
            return from.network().call(() -> Optional.ofNullable(question.ask()));
        } catch (IOException | LifeboatException e) {
            return Optional.empty();
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable Long number(String json, String field) {
        JsonNode value = JsonMapper.shared().readTree(json).path(field);
        return value.isIntegralNumber() ? value.longValue() : null;
    }
}
