package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.lab.scribe.ScribeClient;
import dev.lifeboat.model.Timekeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
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
import tools.jackson.databind.json.JsonMapper;

/**
 * A site is lost. On a host of the recovery site stands an agent that has no credentials and no key; it is told to
 * bring the machine back, dies while the machine runs, and its successor looks after the machine and removes it.
 */
@Tag("long")
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AgentRecoversTest {

    private static final String RECOVERY = """
            recovery:
              folder: /var/lib/libvirt/recovery
            """;
    private static final int PUBLISHED = 8080;
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(8);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final Timekeeper time = new SystemTimekeeper();
    private TestLab lab;
    private ProtectedLab guarded;
    private LabAgent agent;
    private RecoveredScribe there;
    private long announced;
    private List<String> before = List.of();

    @BeforeAll
    void loseTheSite() throws Exception {
        lab = TestLab.named("recover");
        guarded = new ProtectedLab(lab);
        lab.succeed("up", "--only", "scribe");
        try (LabAgent home = new LabAgent(lab, LabHost.PRIMARY_1, guarded, """
                groups:
                  - name: scribe
                    machines: [scribe]
                    period: 5s
                    application_consistent_every: never
                """)) {
            home.start();
            home.awaitFreshPoint("scribe");
            announced = lab.scribe(ScribeClient::last);
            home.awaitFreshPoint("scribe");
        }
        lab.succeed("power-off", "primary");
        there = new RecoveredScribe(lab, PUBLISHED);
        before = there.traces();
        agent = new LabAgent(lab, LabHost.RECOVERY_1, RECOVERY);
        begin();
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        agent.close();
        lab.takeDown();
    }

    private void begin() throws InterruptedException {
        agent.start();
        awaitStatus("RECOVERY|No machine was brought back");
    }

    /** A command on the agent's host. */
    private ProgramRun agent(String... arguments) throws InterruptedException {
        return agent.onTheHost(Stream.concat(Stream.of("agent"), Arrays.stream(arguments))
                        .toArray(String[]::new))
                .with("--socket", LabAgent.socket())
                .within(COMMAND_LIMIT)
                .run();
    }

    private ProgramRun recover(String... more) throws InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("recover", "scribe", "--vault", guarded.vault(), "--kit", guarded.scratch("kit")));
        arguments.addAll(List.of(more));
        return agent(arguments.toArray(String[]::new));
    }

    private ProgramRun recover() throws InterruptedException {
        return recover(
                "--network",
                "br0=10.40.0.0/24",
                "--publish",
                PUBLISHED + "=scribe:80",
                "--ready",
                "scribe=80",
                "--output",
                "json");
    }

    /** Waits until {@code agent status} says this, and gives all that it said. */
    private String awaitStatus(String pattern) throws InterruptedException {
        Duration end = time.elapsed().plus(LIMIT);
        while (true) {
            ProgramRun status = agent("status");
            if (status.succeeded()
                    && Pattern.compile(pattern).matcher(status.output()).find()) {
                return status.output();
            }
            assertThat(time.elapsed())
                    .as("%s%n%s%n%s", status.output(), status.errors(), agent.log())
                    .isLessThan(end);
            time.pause(LOOK_AGAIN);
        }
    }

    private void awaitMoreThan(long record) throws InterruptedException {
        assertThat(time.await(LIMIT, LOOK_AGAIN, () -> there.last() > record))
                .as("it goes on after record %d%n%s", record, agent.log())
                .isTrue();
    }

    @Test
    @Order(1)
    void theAgentBringsTheMachineBack() throws InterruptedException {
        ProgramRun recovered = recover();

        assertThat(recovered.exitCode())
                .as("%s%n%s", recovered.complaint(), agent.log())
                .isZero();
        assertThat(recovered.errors()).contains("is with the agent", "scribe is ready after");
        JsonNode recovery = JsonMapper.shared().readTree(recovered.output()).get(0);
        assertThat(recovery.path("ready").asBoolean()).isTrue();
        awaitMoreThan(announced);
        awaitStatus("scribe +scribe@1-\\d+ +scribe +running +yes +served");
    }

    @Test
    @Order(2)
    void whenTheAgentIsKilledTheMachineGoesOn() throws InterruptedException {
        long seen = there.last();

        agent.kill();

        awaitMoreThan(seen);
        assertThat(agent("status").errors()).contains("LB-AGENT-003");
        begin();
        awaitStatus("scribe +scribe@1-\\d+ +scribe +running +yes +served");
    }

    @Test
    @Order(3)
    void theSameCommandLooksAfterItAndAnotherIsRefused() throws InterruptedException {
        ProgramRun again = recover();
        assertThat(again.exitCode()).as(again.complaint()).isZero();

        ProgramRun refused = recover("--network", "br0=10.50.0.0/24");
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.errors()).contains("ordered differently");
        assertThat(there.last()).isGreaterThan(announced);
    }

    @Test
    @Order(4)
    void afterARestartOfTheHostTheKeyIsAskedForAndItGoesOnWithWhatItHadWritten() throws Exception {
        long written = there.last();
        agent.kill();
        lab.succeed("power-off", "recovery");
        lab.succeed("power-on", "recovery");
        begin();
        assertThat(awaitStatus("NOT SERVED")).contains("start it again, with the vault's key");
        assertThat(there.last()).isZero();

        ProgramRun completed = recover();

        assertThat(completed.exitCode()).as(completed.complaint()).isZero();
        awaitMoreThan(written);
    }

    @Test
    @Order(5)
    void theAgentEndsItAndNothingIsLeft() throws Exception {
        assertThat(agent("end", "scribe").exitCode()).isEqualTo(3);
        assertThat(there.last()).isGreaterThan(announced);

        ProgramRun ended = agent("end", "scribe", "--yes");

        assertThat(ended.exitCode()).as(ended.complaint()).isZero();
        assertThat(there.traces()).isEqualTo(before);
        assertThat(lab.file(LabHost.RECOVERY_1, "lib/recovery/running")).isEmptyDirectory();
        awaitStatus("No machine was brought back");
    }
}
