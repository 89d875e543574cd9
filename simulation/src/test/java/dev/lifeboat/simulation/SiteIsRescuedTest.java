package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.lab.scribe.ScribeClient;
import dev.lifeboat.model.Timekeeper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A site is lost, and there is nothing but the vault and its kit: on a host that has never seen either, the machine is
 * started from the vault in a network of its own, answers at a port of the host, and is removed without a trace.
 */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SiteIsRescuedTest {

    private static final String FOLDER = "/var/lib/libvirt/recovery";
    private static final int PUBLISHED = 8080;
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(8);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final Timekeeper time = new SystemTimekeeper();
    private TestLab lab;
    private ProtectedLab guarded;
    private long announced;
    private RecoveredScribe there;
    private List<String> before = List.of();

    @BeforeAll
    void loseTheSite() throws Exception {
        lab = TestLab.named("rescue");
        guarded = new ProtectedLab(lab);
        lab.succeed("up", "--only", "scribe");
        try (LabAgent agent = new LabAgent(lab, LabHost.PRIMARY_1, guarded, """
                groups:
                  - name: scribe
                    machines: [scribe]
                    period: 5s
                    application_consistent_every: never
                """)) {
            agent.start();
            agent.awaitFreshPoint("scribe");
            announced = lab.scribe(ScribeClient::last);
            agent.awaitFreshPoint("scribe");
        }
        lab.succeed("power-off", "primary");
        there = new RecoveredScribe(lab, PUBLISHED);
        before = there.traces();
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        lab.takeDown();
    }

    private ProgramRun rescue(String command, String... arguments) throws InterruptedException {
        return lab.lifeboatOn(LabHost.RECOVERY_1, new String[0], "rescue", command)
                .with(arguments)
                .within(COMMAND_LIMIT)
                .run();
    }

    private ProgramRun withKit(String command, String... arguments) throws InterruptedException {
        return lab.lifeboatOn(LabHost.RECOVERY_1, new String[0], "rescue", command)
                .with("--vault", guarded.vault(), "--kit", guarded.scratch("kit"))
                .with(arguments)
                .within(COMMAND_LIMIT)
                .run();
    }

    private ProgramRun start() throws InterruptedException {
        return withKit(
                "start",
                "scribe",
                "--folder",
                FOLDER,
                "--network",
                "br0=10.40.0.0/24",
                "--publish",
                PUBLISHED + "=scribe:80",
                "--ready",
                "scribe=80",
                "--output",
                "json");
    }

    @Test
    @Order(1)
    void whatCanBeBroughtBackIsListed() throws InterruptedException {
        ProgramRun listed = withKit("list");
        assertThat(listed.exitCode()).as(listed.complaint()).isZero();
        assertThat(listed.output()).containsPattern("scribe +scribe@1-\\d+ ");
    }

    @Test
    @Order(2)
    void theMachineIsStartedFromTheVaultAndAnswersAtAPortOfTheHost() throws InterruptedException {
        ProgramRun started = start();

        assertThat(started.exitCode()).as(started.complaint()).isZero();
        JsonNode recovery = JsonMapper.shared().readTree(started.output()).get(0);
        assertThat(recovery.path("ready").asBoolean()).isTrue();
        assertThat(time.await(LIMIT, LOOK_AGAIN, () -> there.last() > announced))
                .as("it went on after record %d: %s", announced, started.errors())
                .isTrue();
    }

    @Test
    @Order(3)
    void theSameCommandAgainLooksAfterIt() throws InterruptedException {
        ProgramRun again = start();
        assertThat(again.exitCode()).as(again.complaint()).isZero();
        ProgramRun status = rescue("status", "--folder", FOLDER);
        assertThat(status.exitCode()).as(status.complaint()).isZero();
        assertThat(status.output()).containsPattern("scribe +scribe@1-\\d+ +scribe +running +yes +served");
    }

    @Test
    @Order(4)
    void anotherOrderOfTheSameNameIsRefusedAndHarmsNothing() throws InterruptedException {
        ProgramRun refused = withKit("start", "scribe", "--folder", FOLDER, "--network", "br0=10.50.0.0/24");
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.errors()).contains("ordered differently");
        assertThat(there.last()).isGreaterThan(announced);
    }

    @Test
    @Order(5)
    void afterARestartOfTheHostItGoesOnWithWhatItHadWrittenOnceTheKeyIsThere() throws Exception {
        long written = there.last();
        lab.succeed("power-off", "recovery");
        lab.succeed("power-on", "recovery");

        ProgramRun status = rescue("status", "--folder", FOLDER);
        assertThat(status.exitCode()).as(status.complaint()).isEqualTo(6);
        assertThat(status.output()).contains("NOT SERVED", "start it again, with the vault's key");
        assertThat(there.last()).isZero();

        ProgramRun started = start();
        assertThat(started.exitCode()).as(started.complaint()).isZero();
        assertThat(time.await(LIMIT, LOOK_AGAIN, () -> there.last() > written))
                .as("it went on after record %d: %s", written, started.errors())
                .isTrue();
    }

    @Test
    @Order(6)
    void whatItWroteIsNotDeletedWithoutAWordAndThenNothingIsLeft() throws Exception {
        assertThat(rescue("end", "scribe", "--folder", FOLDER).exitCode()).isEqualTo(3);
        assertThat(there.last()).isGreaterThan(announced);

        ProgramRun ended = rescue("end", "scribe", "--folder", FOLDER, "--yes");

        assertThat(ended.exitCode()).as(ended.complaint()).isZero();
        assertThat(there.traces()).isEqualTo(before);
        Path left = lab.file(LabHost.RECOVERY_1, "lib/recovery/running");
        assertThat(left).isEmptyDirectory();

        ProgramRun again = rescue("end", "scribe", "--folder", FOLDER, "--yes");
        assertThat(again.exitCode()).as(again.complaint()).isEqualTo(4);
        assertThat(again.errors()).contains("LB-RECOVERY-029");
    }
}
