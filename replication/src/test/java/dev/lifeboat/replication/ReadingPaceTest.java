package dev.lifeboat.replication;

import static dev.lifeboat.replication.ProtectedHost.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.hypervisor.MachineInMemory;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.vault.Point;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** First copies and resyncs that leave guests their disks. */
@Timeout(120)
class ReadingPaceTest {

    private static final int DISK = 80 * MIB;
    private static final Optional<ByteCount> SLOW = Optional.of(ByteCount.ofMebibytes(1));

    @TempDir
    Path folder;

    private ProtectedHost site;
    private MachineInMemory web;

    @BeforeEach
    void setUp() {
        site = new ProtectedHost(folder);
        web = site.running("web", DISK);
        web.write("vda", 1, 3000);
    }

    @AfterEach
    void tearDown() {
        assertThat(site.guard.heldUnarmed()).isEmpty();
        site.close();
    }

    private static BandwidthSchedule always() {
        return new BandwidthSchedule(ZoneId.of("UTC"), SLOW, List.of());
    }

    /** How long it took until there was a point. */
    private Duration publishing(ProtectedHost.Agent agent) throws InterruptedException {
        Duration begun = site.time.elapsed();
        int before = site.points().size();
        for (int i = 0; i < 50; i++) {
            Duration pause = agent.attempt();
            if (site.points().size() > before) {
                return site.time.elapsed().minus(begun);
            }
            site.time.pass(pause);
        }
        throw new AssertionError("no point came: " + agent.report());
    }

    private long readMib() {
        return web.views().stream()
                        .flatMap(view -> view.disk("vda").reads().stream())
                        .mapToLong(range -> range.length())
                        .sum()
                / MIB;
    }

    @Test
    void aFirstCopyIsReadAtThePaceThatIsSet() throws Exception {
        site.catchUpReading = always();
        Duration took = publishing(site.process("web"));

        assertThat(readMib()).isGreaterThan(50);
        // When a pass is over, what is under way is read at once: six leaves of 4 MiB with two threads.
        assertThat(took).isGreaterThan(Duration.ofSeconds(readMib() - 26));
        site.requireTruePoints(web);
    }

    @Test
    void passesEndInTimeAndGoOnWhereTheyWere() throws Exception {
        site.catchUpReading = always();
        ProtectedHost.Agent agent = site.process("web");
        int passes = 0;
        while (site.newest().isEmpty() && passes < 60) {
            agent.passesOf(Duration.ofSeconds(6));
            Duration begun = site.time.elapsed();
            Duration pause = agent.attempt();
            // The store and the hypervisor look at the time too, and each look is a moment of it.
            assertThat(site.time.elapsed().minus(begun)).isLessThan(Duration.ofSeconds(20));
            assertThat(web.captured()).isFalse();
            site.time.pass(pause);
            passes++;
        }
        assertThat(passes).isGreaterThan(2);
        assertThat(site.newest()).isPresent();
        site.requireTruePoints(web);
    }

    @Test
    void aResyncIsHeldUpAndACycleIsNot() throws Exception {
        site.catchUpReading = always();
        ProtectedHost.Agent agent = site.process("web");
        Point first = agent.publish();
        assertThat(first).isNotNull();
        web.write("vda", 2, 400);
        assertThat(agent.attempt()).isPositive();
        assertThat(agent.report().lastCycle().orElseThrow().readBytes()).isGreaterThan(10L * MIB);
        assertThat(agent.report().lastCycle().orElseThrow().took()).isLessThan(Duration.ofSeconds(5));

        web.kill();
        web.start();
        assertThat(publishing(agent)).isGreaterThan(Duration.ofSeconds(50));
        assertThat(agent.report().resyncs()).hasSize(1);
    }

    @Test
    void outsideOfItsTimeOfDayNothingIsHeldUp() throws Exception {
        LocalTime now = site.time.instant().atZone(ZoneId.of("UTC")).toLocalTime();
        site.catchUpReading = new BandwidthSchedule(
                ZoneId.of("UTC"),
                Optional.empty(),
                List.of(new BandwidthSchedule.Window(now.plusHours(2), now.plusHours(3), SLOW)));

        assertThat(publishing(site.process("web"))).isLessThan(Duration.ofSeconds(25));
    }

    @Test
    void whoeverWaitsIsHeardWhenReadingIsToEnd() {
        Bandwidth limit = new Bandwidth(always(), site.time);
        AtomicInteger looks = new AtomicInteger();
        Duration until = site.time.elapsed().plus(Duration.ofHours(1));
        ReadingPace pace = new ReadingPace(limit, site.time, until, () -> looks.incrementAndGet() < 4);

        pace.awaitTurn(1000L * MIB);

        assertThat(looks).hasValue(4);
        assertThat(pace.goesOn()).isFalse();
        assertThat(limit.due()).isGreaterThan(Duration.ofMinutes(10));
    }

    @Test
    void muchAtOnceIsCountedInFull() {
        Bandwidth limit = new Bandwidth(always(), site.time);

        assertThat(limit.spent(20L << 40)).isGreaterThan(Duration.ofDays(200));
        assertThat(limit.due()).isGreaterThan(Duration.ofDays(200));
    }
}
