package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.endpoint.AgentStatus;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.replication.Health;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What the agent costs the host whose machines it protects: processor and objects for a cycle in which nothing changed,
 * and memory with ten machines. Real guests, real agent. The figures are printed.
 */
@NeedsLab
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AgentIsThriftyTest {

    private static final LabHost HOST = LabHost.PRIMARY_1;

    /** How long the memory is watched; as a measurement that counts, ten minutes. */
    private static final Duration WATCH = Duration.parse(System.getProperty("thrifty.watch", "PT2M"));

    /** Cycles before the empty ones are measured, for an agent has been running for long, and cycles that are. */
    private static final int WARM_UP = 20;

    private static final int MEASURED = 24;

    private static final int COPIES = 9;
    private static final long MOST_MEMORY_KIB = 384 << 10;
    private static final Duration MOST_PROCESSOR = Duration.ofMillis(500);
    private static final int MOST_OBJECTS = 2;
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(5);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Timekeeper time = new SystemTimekeeper();
    private TestLab lab;
    private ProtectedLab guarded;

    @BeforeAll
    void bringItUp() throws Exception {
        lab = TestLab.named("thrifty");
        lab.succeed("up", "--only", "scribe");
        guarded = new ProtectedLab(lab);
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        lab.takeDown();
    }

    @Test
    @Order(1)
    void aCycleInWhichNothingChangedIsTwoObjectsAndHardlyAnyProcessor() throws Exception {
        assertThat(time.await(BOOT_LIMIT, LOOK_AGAIN, this::scribeAnswers)).isTrue();
        lab.scribe(scribe -> {
            scribe.setPace(new ByteCount(0));
            return scribe;
        });
        try (LabAgent agent = new LabAgent(lab, HOST, guarded, """
                groups:
                  - name: idle
                    machines: [scribe]
                    period: 5s
                    application_consistent_every: never
                """)) {
            agent.start();
            long first = slot(agent.awaitFreshPoint("idle"));
            long begin = slot(agent.await("idle", "warming up", group -> slot(group) >= first + WARM_UP));
            ProcessUse before = ProcessUse.of(agent.java());
            ProcessUse guardBefore = ProcessUse.of(agent.guard());
            long objectsBefore = objects();
            AgentStatus.Group last = agent.await("idle", "empty cycles", group -> slot(group) >= begin + MEASURED);
            long read = Objects.requireNonNull(last.lastCycle()).readBytes();
            ProcessUse after = ProcessUse.of(agent.java());
            ProcessUse guardAfter = ProcessUse.of(agent.guard());
            double cycles = slot(last) - begin;
            double objects = (objects() - objectsBefore) / cycles;
            Duration processor = after.processor().minus(before.processor());
            System.out.printf(
                    "an empty cycle: %.0f ms of the agent's processor and %.0f ms of the guard's, all that ran in 5 s"
                            + " included; %.2f objects; %d bytes read; over %.0f cycles; agent %d MiB, guard %d MiB%n",
                    processor.toMillis() / cycles,
                    guardAfter.processor().minus(guardBefore.processor()).toMillis() / cycles,
                    objects,
                    read,
                    cycles,
                    after.residentKib() >> 10,
                    guardAfter.residentKib() >> 10);

            assertThat(last.health()).as("%s", last).isEqualTo(Health.OK);
            assertThat(read).isZero();
            assertThat(objects).isLessThanOrEqualTo(MOST_OBJECTS);
            assertThat(processor.toMillis() / cycles).isLessThan((double) MOST_PROCESSOR.toMillis());
        }
    }

    @Test
    @Order(2)
    void tenMachinesFitIntoTheMemoryOfOneAgent() throws Exception {
        List<String> machines = new ArrayList<>(new ScribeCopies(lab).start(COPIES));
        machines.add("scribe");
        StringBuilder groups = new StringBuilder("groups:\n");
        for (String machine : machines) {
            groups.append("  - {name: g-%s, machines: [%s], period: 30s}\n".formatted(machine, machine));
        }
        try (LabAgent agent = new LabAgent(lab, HOST, guarded, groups.toString())) {
            agent.start();
            for (String machine : machines) {
                AgentStatus.Group _ = agent.await("g-" + machine, "a first point", group -> slot(group) > 0);
            }
            ProcessUse seeded = ProcessUse.of(agent.java());
            long most = 0;
            long mostOfGuard = 0;
            Duration end = time.elapsed().plus(WATCH);
            while (time.elapsed().compareTo(end) < 0) {
                time.pause(LOOK_AGAIN);
                most = Math.max(most, ProcessUse.of(agent.java()).residentKib());
                mostOfGuard = Math.max(mostOfGuard, ProcessUse.of(agent.guard()).residentKib());
            }
            ProcessUse last = ProcessUse.of(agent.java());
            System.out.printf(
                    "ten machines for %s: after the first copies %d MiB resident; then at most %d MiB, at the end %d MiB,"
                            + " of them %d MiB anonymous; ever at most %d MiB. The guard: at most %d MiB, ever %d MiB%n",
                    WATCH,
                    seeded.residentKib() >> 10,
                    most >> 10,
                    last.residentKib() >> 10,
                    last.anonymousKib() >> 10,
                    last.peakKib() >> 10,
                    mostOfGuard >> 10,
                    ProcessUse.of(agent.guard()).peakKib() >> 10);

            for (String machine : machines) {
                AgentStatus.Group group = agent.group("g-" + machine).orElseThrow();
                assertThat(group.health()).as("%s", group).isEqualTo(Health.OK);
                assertThat(slot(group)).as("%s", group).isGreaterThan(1);
            }
            assertThat(last.peakKib()).isLessThanOrEqualTo(MOST_MEMORY_KIB);
        }
    }

    private boolean scribeAnswers() {
        try {
            return lab.scribe(scribe -> scribe.isHealthy());
        } catch (Exception e) {
            return false;
        }
    }

    /** The place of the newest point in its history: one more with each cycle. */
    private static long slot(AgentStatus.Group group) {
        String newest = group.newest();
        return newest == null ? 0 : Long.parseLong(newest.substring(newest.lastIndexOf('-') + 1));
    }

    private long objects() throws IOException {
        try (Stream<Path> files = Files.walk(lab.scratch("vault"))) {
            return files.filter(Files::isRegularFile).count();
        }
    }
}
