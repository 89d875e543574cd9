package dev.lifeboat.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lifeboat.agent.AgentOnDisk.Ended;
import dev.lifeboat.agent.configuration.ConfigurationFile;
import dev.lifeboat.agent.endpoint.AgentClient;
import dev.lifeboat.agent.endpoint.AgentStatus;
import dev.lifeboat.agent.endpoint.RecoveryStatus;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code lifeboat agent recover} and {@code end}, with an agent that answers at a socket. */
class AgentRecoveryTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private static Path vault = Path.of("");

    @TempDir
    private Path all;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private Path folder = Path.of("");

    /** A vault with one point of a machine. */
    @BeforeAll
    static void makeVault() throws IOException {
        Files.writeString(vault.resolve("passphrase"), "correct horse battery staple\n");
        Files.write(vault.resolve("disk.raw"), new byte[1 << 17]);
        must("vault", "init", url(), "--passphrase-file", in("passphrase"), "--kit", in("kit"), "--yes");
        must("vault", "credentials", "--vault", url(), "--kit", in("kit"), "--out", in("credentials"));
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
        Files.createDirectories(recoveries());
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
        opened.clear();
    }

    private Path recoveries() {
        return folder.resolve("recovery");
    }

    private Path socket() {
        return folder.resolve("agent.sock");
    }

    /** The configuration of an agent of the recovery site. */
    private Path configuration(String... lines) throws IOException {
        String text = """
                host: beta
                hypervisor: folder://FOLDER/machines
                state: FOLDER/state
                socket: FOLDER/agent.sock
                recovery:
                  folder: FOLDER/recovery
                """.replace("FOLDER", folder.toString());
        return Files.writeString(folder.resolve("agent.yaml"), text + String.join("\n", lines) + "\n");
    }

    /** An agent in this process. */
    private void open(String... lines) throws Exception {
        opened.add(new RunningAgent(ConfigurationFile.read(configuration(lines)), AgentProgram.context()));
    }

    private Ended ask(String... arguments) {
        List<String> line = new ArrayList<>(List.of("agent"));
        line.addAll(List.of(arguments));
        line.addAll(List.of("--socket", socket().toString()));
        return AgentOnDisk.run(line.toArray(String[]::new));
    }

    private Ended recover(String... options) {
        List<String> line = new ArrayList<>(List.of("recover", "shop", "--vault", url(), "--kit", in("kit")));
        line.addAll(List.of(options));
        return ask(line.toArray(String[]::new));
    }

    private RecoveryStatus standing() throws InterruptedException {
        try (AgentClient client = new AgentClient(socket())) {
            AgentStatus status = client.status();
            return Objects.requireNonNull(status.recovery());
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        assertThat(AgentOnDisk.TIME.await(LIMIT, Duration.ofMillis(20), condition))
                .isTrue();
    }

    private boolean begun() {
        return Files.exists(recoveries().resolve("shop/web"));
    }

    private void hold() throws IOException {
        Files.createFile(recoveries().resolve(RecoveriesOnDisk.HOLD));
    }

    private void letGo() throws IOException {
        Files.delete(recoveries().resolve(RecoveriesOnDisk.HOLD));
    }

    @Test
    void aHostWithoutGroupsRecoversShowsAndEnds() throws Exception {
        open();
        await(() -> ask("status").output().equals("No machine was brought back on this host.\n"));

        Ended recovered = recover("--network", "br0=10.30.0.0/24", "--publish", "80=web:80", "--output", "json");

        assertThat(recovered.errors())
                .isEqualTo("Recovery shop of shop@1-1 is with the agent.\nweb runs; waiting\nall is ready\n");
        assertThat(recovered.exitCode()).isZero();
        JsonNode shown = JsonMapper.shared().readTree(recovered.output()).get(0);
        assertThat(shown.path("name").asString()).isEqualTo("shop");
        assertThat(shown.path("ready").asBoolean()).isTrue();
        await(() -> ask("status").output().contains("shop is reached by tcp 0.0.0.0:80"));
        assertThat(ask("status").output()).containsPattern("shop +shop@1-1 +web +running +yes +served +10.30.0.11/24");
        assertThat(ask("status").output()).doesNotContain("GROUP ", "guard");

        assertThat(ask("end", "shop").errors()).contains("LB-RECOVERY-027");
        assertThat(begun()).isTrue();
        Ended ended = ask("end", "shop", "--yes");

        assertThat(ended.errors()).isEmpty();
        assertThat(ended.output()).isEqualTo("Recovery shop has ended; nothing of it was seen any more.\n");
        assertThat(recoveries()).isEmptyDirectory();
        assertThat(ask("end", "shop", "--yes").errors()).contains("LB-RECOVERY-029");
    }

    @Test
    void aTestHasANameOfItsOwnAndNothingLeadsOut() throws Exception {
        open();

        Ended done = recover("--test", "monday", "--network", "br0=10.20.0.0/24", "--output", "json");

        assertThat(done.exitCode()).as(done.errors()).isZero();
        JsonNode shown = JsonMapper.shared().readTree(done.output()).get(0);
        assertThat(shown.path("name").asString()).isEqualTo("monday");
        assertThat(Files.readString(recoveries().resolve("monday/order")))
                .contains("name=monday", "purpose=TEST", "forward=ISOLATED", "10.20.0.0/24");
        assertThat(ask("end", "monday", "--yes").exitCode()).isZero();
        assertThat(recover("--test", "monday", "--name", "other").errors()).contains("LB-CLI-001", "--name other");
        assertThat(recover("--test", "monday", "--network", "br0=10.20.0.0/24", "--forward", "nat")
                        .errors())
                .contains("LB-CLI-001", "Nothing leads out of a test");
        assertThat(recoveries()).isEmptyDirectory();
    }

    @Test
    void aCommandThatIsBrokenOffLeavesTheAgentAtWorkAndTheSameAgainFollowsIt() throws Exception {
        open();
        hold();
        CompletableFuture<Ended> first = new CompletableFuture<>();
        Thread person = Thread.ofPlatform().start(() -> first.complete(recover()));
        await(this::begun);

        person.interrupt();

        Ended broken = first.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(broken.exitCode()).isEqualTo(130);
        assertThat(broken.errors()).contains("The agent goes on with recovery shop");
        assertThat(ask("status").output()).contains("shop: start under way since");
        CompletableFuture<Ended> second = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> second.complete(recover()));
        Ended other = recover("--ready", "web=80");
        assertThat(other.errors()).contains("LB-RECOVERY-022");
        letGo();

        Ended followed = second.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(followed.errors()).contains("all is ready");
        assertThat(followed.exitCode()).isZero();
        assertThat(recoveries().resolve("shop/starts")).hasContent("start");
    }

    @Test
    void endingBreaksOffWhatSomebodyFollows() throws Exception {
        open();
        hold();
        CompletableFuture<Ended> first = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> first.complete(recover()));
        await(this::begun);

        Ended ended = ask("end", "shop", "--yes");

        assertThat(ended.errors()).isEqualTo("It is being started; that is broken off.\n");
        assertThat(ended.exitCode()).isZero();
        Ended broken = first.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(broken.errors()).contains("LB-AGENT-016", "it is being ended");
        assertThat(broken.exitCode()).isEqualTo(1);
    }

    @Test
    void aKilledAgentLeavesWhatTheNextOneShowsAndCompletes() throws Exception {
        Process agent = started();
        hold();
        CompletableFuture<Ended> first = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> first.complete(recover()));
        await(this::begun);

        agent.destroyForcibly().waitFor();

        Ended broken = first.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(broken.errors()).contains("The agent has gone.", "LB-AGENT-003");
        assertThat(begun()).as("the machine goes on").isTrue();
        letGo();
        Files.createFile(recoveries().resolve("shop/unserved"));
        Process _ = started();
        await(() -> ask("status").output().contains("shop: The disks of web are not served."));
        Ended completed = recover();
        assertThat(completed.exitCode()).as(completed.errors()).isZero();
        await(() -> ask("status").output().contains(" yes "));
        assertThat(log()).contains("START is done", "recovery=shop").doesNotContain("Unforeseen");
    }

    /** An agent in a process of its own, that answers. */
    private Process started() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AgentProgram.class.getName(),
                        "agent",
                        "run",
                        "--config",
                        configuration().toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        Process agent = builder.start();
        opened.add(() -> {
            agent.destroyForcibly();
            agent.waitFor();
        });
        await(() -> !agent.isAlive() || ask("status").exitCode() == 0);
        assertThat(agent.isAlive()).as(log()).isTrue();
        return agent;
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    @Test
    void guestsThatHadBeenPausedAreShown() throws Exception {
        Files.createDirectories(recoveries().resolve("shop"));
        Files.createFile(recoveries().resolve("shop/paused"));
        open();

        await(() -> ask("status").output().contains("web of shop: its disks had not answered; resumed at"));
        assertThat(standing().resumed()).hasSize(1);
    }

    @Test
    void anAgentThatMayNotRecoverSaysSo() throws Exception {
        AgentOnDisk host = AgentOnDisk.made(Files.createDirectory(folder.resolve("host")), "*");
        opened.add(new RunningAgent(
                ConfigurationFile.read(host.configuration("mail", "recovery:", "  enabled: false")),
                AgentProgram.context()));

        Ended refused = host.ask("agent", "recover", "shop", "--vault", url(), "--kit", in("kit"));

        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.errors()).contains("LB-AGENT-013");
        assertThat(host.ask("agent", "end", "shop", "--yes").errors()).contains("LB-AGENT-013");
        assertThat(host.ask("agent", "status").output()).doesNotContain("brought back");
    }

    @Test
    void oneAgentProtectsAndRecovers() throws Exception {
        AgentOnDisk host = AgentOnDisk.made(Files.createDirectory(folder.resolve("host")), "*");
        opened.add(new RunningAgent(
                ConfigurationFile.read(host.configuration("mail", "recovery:", "  folder: " + recoveries())),
                AgentProgram.context()));

        Ended recovered = host.ask("agent", "recover", "shop", "--vault", url(), "--kit", in("kit"));

        assertThat(recovered.exitCode()).as(recovered.errors()).isZero();
        await(() -> host.ask("agent", "status").output().contains("shop@1-1"));
        assertThat(host.ask("agent", "status").output())
                .containsPattern("mail +ok")
                .containsPattern("shop +shop@1-1");
        // The guard's process ends with its agent.
        assertThat(host.ask("agent", "status").output()).doesNotContain("There is no guard");
    }

    @Test
    void withoutAKeyNothingIsAsked() throws Exception {
        open();

        Ended without = ask("recover", "shop", "--vault", url());

        assertThat(without.errors()).contains("Neither --passphrase-file nor --kit was given");
        assertThat(standing().tasks()).isEmpty();
        assertThat(ask("recover", "shop@9-9", "--vault", url(), "--kit", in("kit"))
                        .exitCode())
                .isEqualTo(4);
        assertThat(ask("end", "../x", "--yes").exitCode()).isEqualTo(2);
    }

    @Test
    void aTaskOfAnotherAgentIsNotKnown() throws Exception {
        open();
        try (AgentClient client = new AgentClient(socket())) {
            assertThat(catchThrowableOfType(LifeboatException.class, () -> client.task("shop"))
                            .code()
                            .code())
                    .isEqualTo("LB-AGENT-015");
        }
    }

    @Test
    void whatMakesNoSenseIsRefusedBeforeAnythingIsDone() throws Exception {
        open();
        assertThat(post("/recoveries", "hello", 5)).contains(" 400 ", "LB-AGENT-012");
        assertThat(post("/recoveries", "", 5 << 20)).contains(" 400 ", "LB-AGENT-012", "may have");
        assertThat(post("/recoveries", "", 0)).contains(" 400 ", "LB-AGENT-012");
        assertThat(post("/recoveries/shop", "", 0)).contains(" 404 ");
        assertThat(standing().tasks()).isEmpty();
    }

    private String post(String path, String body, int length) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket()));
            String request = "POST %s HTTP/1.1\r\nHost: agent\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(path, length, body);
            ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                int _ = channel.write(bytes);
            }
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void thePortShowsAndTakesNoOrders() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        open("metrics_port: " + port);
        assertThat(recover().exitCode()).isZero();
        Files.createFile(recoveries().resolve("shop/unserved"));
        String url = "http://127.0.0.1:" + port;
        try (HttpClient http = HttpClient.newHttpClient()) {
            await(() -> send(http, HttpRequest.newBuilder(URI.create(url + "/health")))
                    .body()
                    .contains("shop: The disks of web are not served."));
            assertThat(send(http, HttpRequest.newBuilder(URI.create(url + "/recoveries")))
                            .body())
                    .contains("\"name\" : \"shop\"");
            assertThat(send(http, HttpRequest.newBuilder(URI.create(url + "/recoveries/shop")))
                            .body())
                    .contains("\"progress\" : \"done\"");
            for (HttpRequest.Builder order : List.of(
                    HttpRequest.newBuilder(URI.create(url + "/recoveries"))
                            .POST(HttpRequest.BodyPublishers.ofString("x")),
                    HttpRequest.newBuilder(URI.create(url + "/recoveries/shop")).DELETE())) {
                assertThat(send(http, order).statusCode()).isEqualTo(403);
            }
        }
        assertThat(begun()).isTrue();
    }

    private static HttpResponse<String> send(HttpClient http, HttpRequest.Builder request) {
        try {
            return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
                    .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
