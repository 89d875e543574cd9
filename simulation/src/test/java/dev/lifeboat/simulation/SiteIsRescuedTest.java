package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.NetworkNamespace;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.lab.scribe.ScribeClient;
import dev.lifeboat.lab.shop.PlainHttp;
import dev.lifeboat.lab.shop.ShopAddress;
import dev.lifeboat.model.Timekeeper;
import java.net.InetAddress;
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
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(8);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final Timekeeper time = new SystemTimekeeper();
    private TestLab lab;
    private ProtectedLab guarded;
    private long announced;
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
        before = traces();
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

    /** What the recovered machine announces, asked from beside its host; 0 while it does not answer. */
    private long lastThere() {
        try {
            return NetworkNamespace.of(lab.containerId("recovery"))
                    .call(() -> new ScribeClient(
                                    ShopAddress.fixed(InetAddress.ofLiteral(LabHost.RECOVERY_1.address()), PUBLISHED),
                                    new PlainHttp(time, PATIENCE))
                            .last());
        } catch (Exception e) {
            return 0;
        }
    }

    /** What a recovery could leave on its host: links, processes, machines, files. */
    private List<String> traces() throws InterruptedException {
        return List.of(
                inHost("sh", "-c", "ip -brief link | sed 's/[@ ].*//'"),
                inHost(
                        "sh",
                        "-c",
                        "ps -eo args | grep -E 'nbdkit|lifeboat.* export|dnsmasq|qemu-system' | grep -v grep; :"),
                inHost("sh", "-c", "nft list tables; ls -A /run/netns 2>/dev/null; :"),
                lab.virsh(LabHost.RECOVERY_1, "list", "--all").ask());
    }

    private String inHost(String... command) throws InterruptedException {
        return Program.of("nsenter", "--mount", "--net", "--pid", "--target")
                .with(Long.toString(lab.containerId(LabHost.RECOVERY_1.toString())), "--")
                .with(command)
                .ask();
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
        assertThat(time.await(LIMIT, LOOK_AGAIN, () -> lastThere() > announced))
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
        assertThat(lastThere()).isGreaterThan(announced);
    }

    @Test
    @Order(5)
    void afterARestartOfTheHostItGoesOnWithWhatItHadWrittenOnceTheKeyIsThere() throws Exception {
        long written = lastThere();
        lab.succeed("power-off", "recovery");
        lab.succeed("power-on", "recovery");

        ProgramRun status = rescue("status", "--folder", FOLDER);
        assertThat(status.exitCode()).as(status.complaint()).isEqualTo(6);
        assertThat(status.output()).contains("NOT SERVED", "start it again, with the vault's key");
        assertThat(lastThere()).isZero();

        ProgramRun started = start();
        assertThat(started.exitCode()).as(started.complaint()).isZero();
        assertThat(time.await(LIMIT, LOOK_AGAIN, () -> lastThere() > written))
                .as("it went on after record %d: %s", written, started.errors())
                .isTrue();
    }

    @Test
    @Order(6)
    void whatItWroteIsNotDeletedWithoutAWordAndThenNothingIsLeft() throws Exception {
        assertThat(rescue("end", "scribe", "--folder", FOLDER).exitCode()).isEqualTo(3);
        assertThat(lastThere()).isGreaterThan(announced);

        ProgramRun ended = rescue("end", "scribe", "--folder", FOLDER, "--yes");

        assertThat(ended.exitCode()).as(ended.complaint()).isZero();
        assertThat(traces()).isEqualTo(before);
        Path left = lab.file(LabHost.RECOVERY_1, "lib/recovery/running");
        assertThat(left).isEmptyDirectory();

        ProgramRun again = rescue("end", "scribe", "--folder", FOLDER, "--yes");
        assertThat(again.exitCode()).as(again.complaint()).isEqualTo(4);
        assertThat(again.errors()).contains("LB-RECOVERY-029");
    }
}
