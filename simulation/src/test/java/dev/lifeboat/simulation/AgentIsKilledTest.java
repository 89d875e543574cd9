package dev.lifeboat.simulation;

import static dev.lifeboat.simulation.ProtectedScribe.GROUP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.simulation.ProtectedScribe.Before;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/**
 * The agent is killed at each step of a cycle that freezes its guest: the guard frees the guest, and the next agent
 * goes on from the last point that is there, whether the one before it knew of it or not.
 */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // brought up before the tests
class AgentIsKilledTest {

    private static final long SEED = 20_261_121;
    private static final int RANDOM_KILLS = 10;

    private static final Duration TIGHT = Duration.ofMillis(1);
    private static final Duration STEP_LIMIT = Duration.ofMinutes(1);
    private static final int PERIOD_MS = 5_000;

    /** The guard hears at once that an agent is gone; the rest is libvirt and the guest, on a busy computer. */
    private static final Duration MARGIN = Duration.ofSeconds(20);

    /** Bytes a second: something to read and to upload in each cycle, and far from a full copy after a pause. */
    private static final int PACE = 200_000;

    private static final String SETTINGS = """
        groups:
          - name: scribe
            machines: [scribe]
            period: 5s
            application_consistent_every: 5s
        """;

    private final Timekeeper time = new SystemTimekeeper();
    private ProtectedScribe site;

    @BeforeAll
    void bringItUp() throws Exception {
        site = ProtectedScribe.up("track-kill", SETTINGS);
        site.pace(PACE);
        site.startAgent();
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        if (site != null) {
            site.takeDown();
        }
    }

    @Test
    @Order(1)
    void whenItsPointIsThereAndItDoesNotKnowYet() throws Exception {
        Before before = site.before();
        Set<Path> points = listed(points());
        killedWhen("a new point has its name", () -> !points.containsAll(listed(points())));
        Set<Path> left = listed(checkpoints());
        site.say("checkpoints left: " + left.size());

        // The point that nobody was told of counts, and the next follows it.
        int there = listed(points()).size();
        List<JsonNode> since = goesOn(before);
        assertThat(since.size()).isGreaterThan(there - before.points().size());
    }

    @Test
    @Order(2)
    @Tag("long")
    void whileItFreezes() throws Exception {
        Before before = site.before();
        killedWhen("a freeze is held", () -> holds("FREEZE"));
        List<JsonNode> _ = goesOn(before);
    }

    @Test
    @Order(3)
    @Tag("long")
    void whileTheCaptureBegins() throws Exception {
        Before before = site.before();
        Path folder = captures().resolve(site.machine("scribe").toString());
        killedWhen("a capture begins", () -> Files.exists(folder));
        List<JsonNode> _ = goesOn(before);
    }

    @Test
    @Order(4)
    @Tag("long")
    void whileItReads() throws Exception {
        Before before = site.before();
        Path socket = captures().resolve(site.machine("scribe").toString()).resolve("nbd");
        killedWhen("a capture is read", () -> Files.exists(socket) && !holds("FREEZE"));
        List<JsonNode> _ = goesOn(before);
    }

    @Test
    @Order(5)
    @Tag("long")
    void whileItUploads() throws Exception {
        Before before = site.before();
        Path spool = site.state(Path.of("spool")).resolve(GROUP);
        killedWhen("a pack is in the spool", () -> !listed(spool).isEmpty());
        List<JsonNode> _ = goesOn(before);
    }

    @Test
    @Order(6)
    @Tag("long")
    void whileItPublishes() throws Exception {
        Before before = site.before();
        Path folder = captures().resolve(site.machine("scribe").toString());
        assertThat(time.await(STEP_LIMIT, TIGHT, () -> Files.exists(folder)))
                .as("a capture")
                .isTrue();
        killedWhen("everything is read and the capture has ended", () -> !Files.exists(folder));
        List<JsonNode> _ = goesOn(before);
    }

    @Test
    @Order(7)
    @Tag("long")
    void whileItDropsTheOldCheckpoint() throws Exception {
        Before before = site.before();
        Set<Path> old = listed(checkpoints());
        killedWhen("the old checkpoint goes", () -> {
            Set<Path> now = listed(checkpoints());
            return !now.isEmpty() && !now.containsAll(old);
        });
        List<JsonNode> _ = goesOn(before);
    }

    @Test
    @Order(8)
    @Tag("long")
    void atAnyMoment() throws Exception {
        site.say("seed " + SEED);
        Random random = new Random(SEED);
        Before before = site.before();
        for (int kill = 0; kill < RANDOM_KILLS; kill++) {
            Duration until = Duration.ofMillis(random.nextInt(PERIOD_MS));
            time.pause(until);
            site.agent().kill();
            int there = listed(points()).size();
            site.agent().start();
            site.say("killed %d ms after a fresh point; %d points, %d checkpoints"
                    .formatted(until.toMillis(), there, listed(checkpoints()).size()));
            var _ = site.agent().awaitFreshPoint(GROUP);
        }
        List<JsonNode> since = site.historyGoesOn(before);
        for (JsonNode point : since) {
            site.requireRight(point);
        }
        site.requireNoFullCopy(before, since);
    }

    /** Kills the agent at once when a condition holds that is looked at all the time; its guest goes on by itself. */
    private void killedWhen(String what, BooleanSupplier condition) throws Exception {
        ProcessHandle agent = site.agent().java();
        assertThat(time.await(STEP_LIMIT, TIGHT, condition)).as(what).isTrue();
        Duration killed = time.elapsed();
        site.agent().kill(agent);
        site.say("killed when %s: freeze %s, capture %s, %d points, %d checkpoints"
                .formatted(
                        what,
                        holds("FREEZE"),
                        listed(captures()).size(),
                        listed(points()).size(),
                        listed(checkpoints()).size()));
        long last = site.announced();
        Duration took = site.until(
                "scribe writes and nothing is held", killed, () -> site.announced() > last && capturesAreEmpty());
        assertThat(took).isLessThan(MARGIN);
    }

    private List<JsonNode> goesOn(Before before) throws Exception {
        site.agent().start();
        List<JsonNode> since = site.historyGoesOn(before);
        site.requireNoFullCopy(before, since);
        site.awaitThat("one checkpoint is left", () -> listed(checkpoints()).size() <= 2);
        site.say("the agent said: " + site.loggedSince(before));
        return since;
    }

    private Path points() {
        return site.lab().scratch("vault").resolve("points").resolve(GROUP);
    }

    /** A folder for a capture that never began may stay until the agent is back; it holds nothing. */
    private boolean capturesAreEmpty() {
        return listed(captures()).stream().allMatch(machine -> listed(machine).isEmpty());
    }

    private Path captures() {
        return site.state(Path.of("captures"));
    }

    /** What libvirt writes down of checkpoints. */
    private Path checkpoints() {
        return site.lab().file(LabHost.PRIMARY_1, "lib/qemu/checkpoint/scribe");
    }

    private boolean holds(String hold) {
        try {
            return Files.readString(site.state(Path.of("guard.holds"))).contains(hold);
        } catch (IOException e) {
            return false;
        }
    }

    private static Set<Path> listed(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return new HashSet<>(files.toList());
        } catch (NoSuchFileException e) {
            return Set.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
