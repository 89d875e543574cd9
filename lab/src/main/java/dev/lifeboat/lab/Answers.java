package dev.lifeboat.lab;

import dev.lifeboat.lab.scribe.ScribeClient;
import dev.lifeboat.lab.shop.PlainHttp;
import dev.lifeboat.lab.shop.ShopAddress;
import dev.lifeboat.lab.shop.ShopClient;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
    private static final int POSTGRESQL = 5432;
    private static final int CONNECT_LIMIT_MILLIS = 2000;

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
        ShopClient client = new ShopClient(at(Place.PRIMARY.publicAddress()), http);
        return inside(containers.of(Place.WORLD), () -> client.isHealthy() ? client.counts() : null)
                .map(counts -> new LabStatus.Shop(true, counts.orders(), counts.ledger()))
                .orElse(new LabStatus.Shop(false, null, null));
    }

    /** How the scribe stands; it answers when its writer runs. */
    LabStatus.Scribe scribe() throws InterruptedException {
        Place site = Machine.SCRIBE.home().site();
        ScribeClient client = new ScribeClient(at(Machine.SCRIBE.address(site)), http);
        return inside(containers.of(site), () -> client.isHealthy() ? client.last() : null)
                .map(last -> new LabStatus.Scribe(true, last))
                .orElse(new LabStatus.Scribe(false, null));
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
            case DB -> accepts(machine, POSTGRESQL);
            case ASSORTED -> accepts(machine, HTTP);
            case SCRIBE -> scribe().answers();
        };
    }

    private boolean accepts(Machine machine, int port) throws InterruptedException {
        Place site = machine.home().site();
        String address = machine.address(site);
        return inside(containers.of(site), () -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(
                                new InetSocketAddress(InetAddress.ofLiteral(address), port), CONNECT_LIMIT_MILLIS);
                        return address;
                    }
                })
                .isPresent();
    }

    private interface Question<T> {
        @Nullable
        T ask() throws IOException;
    }

    /** No answer, whatever the reason, is nothing: the network of a place that has no power included. */
    private static <T> Optional<T> inside(Container from, Question<T> question) throws InterruptedException {
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

    private static ShopAddress at(String address) {
        return ShopAddress.fixed(InetAddress.ofLiteral(address), HTTP);
    }
}
