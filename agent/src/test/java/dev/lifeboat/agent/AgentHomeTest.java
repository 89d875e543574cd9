package dev.lifeboat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.AgentOnDisk.Ended;
import dev.lifeboat.agent.configuration.ConfigurationFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code lifeboat agent follow} and {@code bring-home}, with an agent that answers at a socket. */
class AgentHomeTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private static Path vault = Path.of("");

    @TempDir
    private Path all;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private Path folder = Path.of("");

    /** A vault with two points of a machine. */
    @BeforeAll
    static void makeVault() throws IOException {
        Files.writeString(vault.resolve("passphrase"), "correct horse battery staple\n");
        must("vault", "init", url(), "--passphrase-file", in("passphrase"), "--kit", in("kit"), "--yes");
        must("vault", "credentials", "--vault", url(), "--kit", in("kit"), "--out", in("credentials"));
        for (byte i = 0; i < 2; i++) {
            byte[] content = new byte[1 << 17];
            content[0] = i;
            Files.write(vault.resolve("disk.raw"), content);
            must(
                    "vault",
                    "import",
                    "--vault",
                    url(),
                    "--credentials",
                    in("credentials"),
                    "--group",
                    "shop",
                    "--machine",
                    "web",
                    "--disk",
                    "vda=" + in("disk.raw"));
        }
    }

    private static void must(String... arguments) {
        Ended ended = AgentOnDisk.run(arguments);
        assertThat(ended.exitCode()).as(ended.errors()).isZero();
    }

    private static String url() {
        return "file://" + vault.resolve("store");
    }

    private static String in(String file) {
        return vault.resolve(file).toString();
    }

    @BeforeEach
    void make() throws IOException {
        folder = Files.createTempDirectory(all, "a");
        Files.createDirectories(folder.resolve("machines"));
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
        opened.clear();
    }

    private void open(String recovery) throws Exception {
        String text = """
                host: alpha
                hypervisor: folder://FOLDER/machines
                state: FOLDER/state
                socket: FOLDER/agent.sock
                """.replace("FOLDER", folder.toString()) + recovery;
        Path file = Files.writeString(folder.resolve("agent.yaml"), text);
        opened.add(new RunningAgent(ConfigurationFile.read(file), AgentProgram.context()));
    }

    private void open() throws Exception {
        open("recovery:\n  folder: %s\n".formatted(folder.resolve("recovery")));
    }

    private Ended ask(String... arguments) {
        List<String> line = new ArrayList<>(List.of("agent"));
        line.addAll(List.of(arguments));
        line.addAll(List.of("--socket", folder.resolve("agent.sock").toString()));
        return AgentOnDisk.run(line.toArray(String[]::new));
    }

    private Ended withKey(String command, String point, String... options) {
        List<String> line = new ArrayList<>(List.of(command, point, "--vault", url(), "--kit", in("kit")));
        line.addAll(List.of(options));
        return ask(line.toArray(String[]::new));
    }

    private String deeds() throws IOException {
        Path file = folder.resolve("shop.deeds");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        assertThat(AgentOnDisk.TIME.await(LIMIT, Duration.ofMillis(20), condition))
                .isTrue();
    }

    @Test
    void aGroupFollowsAndIsBroughtHome() throws Exception {
        open();

        Ended followed = withKey("follow", "shop@1-1");
        assertThat(followed.exitCode()).as(followed.errors()).isZero();
        assertThat(followed.errors()).isEqualTo("shop@1-1 is with the agent.\nfollowing\n");
        assertThat(followed.output())
                .contains("Overlays over the old disks are shop@1-1; the old disks are as they were.")
                .containsPattern("web/vda +fingerprints +2 +1 +0 ");

        assertThat(withKey("bring-home", "shop").errors()).contains("LB-RECOVERY-065");
        assertThat(deeds()).isEqualTo("follow shop@1-1 - true\n");
        Ended brought =
                withKey("bring-home", "shop", "--yes", "--known", "shop@1-1", "--no-salvage", "--output", "json");

        assertThat(brought.exitCode()).as(brought.errors()).isZero();
        JsonNode report = JsonMapper.shared().readTree(brought.output());
        assertThat(report.path("stage").asString()).isEqualTo("home");
        assertThat(report.path("point").asString()).isEqualTo("shop@1-2");
        assertThat(report.path("disks").get(0).path("moved").asLong()).isEqualTo(70_000);
        assertThat(deeds()).endsWith("bring-home shop@1-2 shop@1-1 false\n");
    }

    @Test
    void aCommandThatIsBrokenOffLeavesTheAgentAtWorkAndStatusShowsIt() throws Exception {
        open();
        Files.createFile(folder.resolve("hold"));
        CompletableFuture<Ended> first = new CompletableFuture<>();
        Thread person = Thread.ofPlatform().start(() -> first.complete(withKey("follow", "shop")));
        await(() -> ask("status").output().contains("shop: following under way since"));

        person.interrupt();

        Ended broken = first.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(broken.exitCode()).isEqualTo(130);
        assertThat(broken.errors()).contains("The agent goes on with");
        assertThat(withKey("bring-home", "shop", "--yes").errors()).contains("LB-RECOVERY-022", "follows a point");
        assertThat(ask("end", "shop", "--yes").errors()).contains("LB-RECOVERY-023");
        CompletableFuture<Ended> second = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> second.complete(withKey("follow", "shop")));
        Files.delete(folder.resolve("hold"));
        assertThat(second.get(LIMIT.toSeconds(), TimeUnit.SECONDS).exitCode()).isZero();
    }

    @Test
    void whatIsRefusedIsToldWithItsCodeAndStaysInTheStatus() throws Exception {
        open();
        Files.createFile(folder.resolve("refuse"));

        Ended refused = withKey("follow", "shop");

        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.errors()).contains("LB-RECOVERY-060", "web is not off here");
        assertThat(ask("status").output()).contains("shop: following failed: LB-RECOVERY-060");
        assertThat(deeds()).isEmpty();
    }

    @Test
    void badInputIsRefusedBeforeTheAgentIsAsked() throws Exception {
        open();
        assertThat(ask("follow", "shop", "--vault", url()).errors()).contains("--kit was given");
        assertThat(withKey("follow", "shop@9-9").exitCode()).isEqualTo(4);
        assertThat(withKey("follow", "shop", "--known", "shop@9-9").exitCode()).isEqualTo(4);
        assertThat(withKey("follow", "mail").exitCode()).isEqualTo(4);
        for (String command : List.of("follow", "recover")) {
            Ended refused = withKey(command, "shop", "--credentials", in("credentials"));
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.errors()).contains("--credentials");
        }
        assertThat(ask("status").output()).doesNotContain("shop");
    }

    @Test
    void anAgentThatMayNotRecoverSaysSo() throws Exception {
        AgentOnDisk host = AgentOnDisk.made(Files.createDirectory(folder.resolve("host")), "*");
        opened.add(new RunningAgent(
                ConfigurationFile.read(host.configuration("mail", "recovery:", "  enabled: false")),
                AgentProgram.context()));

        Ended refused = host.ask("agent", "follow", "shop", "--vault", url(), "--kit", in("kit"));

        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.errors()).contains("LB-AGENT-013");
    }
}
