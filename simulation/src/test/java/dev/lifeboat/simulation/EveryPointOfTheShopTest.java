package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.endpoint.AgentStatus;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/**
 * The shop every 30 seconds and scribe every 5, protected by one agent while customers order ten times a second. Not
 * some points are looked at but all of the shop's: their file systems, their database, their books.
 */
@NeedsLab
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryPointOfTheShopTest {

    /** How long customers order; as a measurement that counts, a quarter of an hour. */
    private static final Duration LENGTH = Duration.parse(System.getProperty("shop.length", "PT2M"));

    /** Of scribe's points every so many is looked at. */
    private static final int EVERY = 10;

    private static final Duration SAMPLE = Duration.ofSeconds(1);

    private final Timekeeper time = new SystemTimekeeper();

    /** What scribe had announced, by the time when it was asked. */
    private final NavigableMap<Instant, Long> announced = new TreeMap<>();

    private final Map<String, Measurements> lags = new TreeMap<>();

    /** By the point, for a cycle is seen more than once. */
    private final Map<String, Double> pauses = new LinkedHashMap<>();

    private TestLab lab;
    private ProtectedLab guarded;
    private Path notebook;

    @BeforeAll
    void bringItUp() throws Exception {
        lab = TestLab.named("every");
        guarded = new ProtectedLab(lab);
        notebook = lab.scratch("notebook");
        lab.succeed("up", "--only", "web,db,scribe");
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        lab.takeDown();
    }

    @Test
    void everyPointOfTheShopIsWhatItsCustomersWerePromised() throws Exception {
        try (LabAgent agent = new LabAgent(lab, LabHost.PRIMARY_1, guarded, """
                groups:
                  - name: shop
                    machines: [web, db]
                    period: 30s
                  - name: scribe
                    machines: [scribe]
                    period: 5s
                """)) {
            agent.start();
            AgentStatus.Group _ = agent.awaitFreshPoint("shop");
            AgentStatus.Group _ = agent.awaitFreshPoint("scribe");
            order(agent);
            AgentStatus.Group _ = agent.awaitFreshPoint("shop");
        }
        // Nobody needs the guests any more, and what follows takes its time.
        lab.succeed("power-off", "primary");
        lags.forEach((group, lag) -> System.out.printf(
                "%s: lag p50 %.1f s, p99 %.1f s, at most %.1f s in %d samples%n",
                group, lag.median(), lag.percentile(99), lag.most(), lag.count()));
        Measurements pause = new Measurements();
        pauses.values().forEach(pause::add);
        System.out.printf(
                "pause of the barrier: median %.0f ms, at most %.0f ms in %d cycles%n",
                pause.median() * 1000, pause.most() * 1000, pause.count());

        lookAtShop();
        lookAtScribe();
    }

    /** Lets customers order, and notes every second how the groups stand and what scribe says. */
    private void order(LabAgent agent) throws Exception {
        Process customer = lab.command(
                        "lab",
                        "customer",
                        "--notebook",
                        notebook.toString(),
                        "--every",
                        "100ms",
                        "--for",
                        LENGTH.toSeconds() + "s")
                .start();
        while (customer.isAlive()) {
            noteAnnounced();
            Optional<AgentStatus> status = agent.status();
            for (AgentStatus.Group group : status.map(AgentStatus::groups).orElse(List.of())) {
                note(group);
            }
            time.pause(SAMPLE);
        }
        assertThat(customer.exitValue()).isZero();
    }

    /** An answer that does not come is none: the one before it counts. */
    private void noteAnnounced() throws Exception {
        try {
            long last = lab.scribe(scribe -> scribe.last());
            announced.put(time.instant(), last);
        } catch (IOException e) {
            System.out.println("scribe did not answer: " + e.getMessage());
        }
    }

    private void note(AgentStatus.Group group) {
        if (group.lagS() != null) {
            lags.computeIfAbsent(group.group(), _ -> new Measurements()).add(group.lagS());
        }
        AgentStatus.Cycle cycle = group.lastCycle();
        if (cycle != null && cycle.pauseS() != null) {
            pauses.put(cycle.point(), cycle.pauseS());
        }
    }

    private void lookAtShop() throws Exception {
        PointAudit audit = new PointAudit(lab, guarded);
        List<JsonNode> points = guarded.points("shop");
        List<String> complaints = new ArrayList<>();
        Duration begun = time.elapsed();
        for (JsonNode point : points) {
            complaints.addAll(audit.complaintsAboutShop(point, notebook));
            if (!point.path("group_consistent").asBoolean()) {
                complaints.add(point.path("id") + " is not of one moment");
            }
        }
        System.out.printf(
                "shop: %d points, each exported and looked at, in %s; complaints: %d%n",
                points.size(), time.elapsed().minus(begun), complaints.size());
        assertThat(complaints).isEmpty();
        assertThat(points).hasSizeGreaterThanOrEqualTo((int) (LENGTH.toSeconds() / 60));
    }

    private void lookAtScribe() throws Exception {
        PointAudit audit = new PointAudit(lab, guarded);
        List<JsonNode> points = guarded.points("scribe");
        int looked = 0;
        for (int at = EVERY - 1; at < points.size(); at += EVERY) {
            JsonNode point = points.get(at);
            Map.Entry<Instant, Long> before =
                    announced.lowerEntry(Instant.parse(point.path("taken").asString()));
            audit.requireRecords(point.path("id").asString(), "vdb", before == null ? 0 : before.getValue());
            looked++;
        }
        System.out.printf("scribe: %d points, %d of them looked at%n", points.size(), looked);
        assertThat(looked).isPositive();
    }
}
