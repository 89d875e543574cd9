package dev.lifeboat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.AgentOnDisk.Ended;
import dev.lifeboat.host.ProcessTable;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code lifeboat agent} and {@code lifeboat machine} by their command lines, with agents that really run. */
class AgentCommandsTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<Process> started = new ArrayList<>();

    @TempDir
    private Path folder;

    private AgentOnDisk host;

    @BeforeEach
    void make() throws IOException {
        host = AgentOnDisk.made(folder, "*");
    }

    @AfterEach
    void end() throws Exception {
        for (Process agent : started) {
            agent.destroy();
            if (!agent.waitFor(20, TimeUnit.SECONDS)) {
                agent.destroyForcibly();
            }
        }
        await(() -> guards().isEmpty());
    }

    /** The guards of this test's agent. */
    private List<ProcessTable.Entry> guards() {
        return ProcessTable.withArgument("--state=" + folder.resolve("state"));
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        assertThat(AgentOnDisk.TIME.await(LIMIT, Duration.ofMillis(20), condition))
                .isTrue();
    }

    private Process started(Path configuration) throws Exception {
        Process agent = host.started(configuration);
        started.add(agent);
        return agent;
    }

    private static JsonNode json(Ended ended) {
        assertThat(ended.errors()).isEmpty();
        return JsonMapper.shared().readTree(ended.output());
    }

    private boolean run(String... machines) {
        return List.of(machines).stream().allMatch(name -> host.hypervisor().state(id(name)) == PowerState.RUNNING);
    }

    private static MachineId id(String name) {
        return new MachineId(java.util.UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Test
    void statusTellsHowGroupsAndMachinesStand() throws Exception {
        started(host.configuration("shop"));

        assertThat(host.ask("agent", "status").output())
                .containsPattern("GROUP +HEALTH +NEWEST POINT +LAG +PERIOD +CYCLE +READ +STORED +PAUSE +RESYNCS")
                .containsPattern("shop +ok +shop@1-1 +[0-9.]+ m?s +30.0 s +1.5 s +5.0 MiB +1.0 MiB +42 ms +0")
                .containsPattern("web +shop +running +-")
                .containsPattern("db +shop +running +-");
    }

    @Test
    void statusForProgramsHasEverything() throws Exception {
        started(host.configuration("shop"));

        JsonNode status = json(host.ask("agent", "status", "--output", "json"));

        assertThat(status.path("host").asString()).isEqualTo("alpha");
        assertThat(status.path("version").asString()).isEqualTo("1.2.3");
        assertThat(status.path("guard").asBoolean()).isTrue();
        JsonNode group = status.path("groups").path(0);
        assertThat(group.path("health").asString()).isEqualTo("ok");
        assertThat(group.path("period_s").asDouble()).isEqualTo(30);
        assertThat(group.path("lag_s").isNumber()).isTrue();
        assertThat(group.path("last_cycle").path("took_s").asDouble()).isEqualTo(1.5);
        assertThat(group.path("last_cycle").path("pause_s").asDouble()).isEqualTo(0.042);
        assertThat(group.path("last_cycle").path("stored_bytes").asLong()).isEqualTo(1 << 20);
        assertThat(group.path("seed").isNull()).isTrue();
        assertThat(group.path("machines").path(0).path("state").asString()).isEqualTo("running");
    }

    @Test
    void aMachineIsReleasedAndResumed() throws Exception {
        started(host.configuration("shop"));

        assertThat(host.ask("machine", "release", "web").output()).contains("Machine web is free");

        assertThat(host.ask("agent", "status").output())
                .containsPattern("shop +blocked")
                .contains("shop: machine web is released");

        assertThat(host.ask("machine", "resume", "web").output()).contains("Machine web is protected again");

        assertThat(host.ask("agent", "status").output())
                .containsPattern("shop +ok")
                .contains("machine web was released");
    }

    @Test
    void aMachineThatIsNotProtectedIsNotFound() throws Exception {
        started(host.configuration("shop"));

        Ended unknown = host.ask("machine", "release", "mail");
        assertThat(unknown.exitCode()).isEqualTo(4);
        assertThat(unknown.errors()).contains("LB-AGENT-006").contains("mail");

        assertThat(host.ask("machine", "release", "../web").errors()).contains("LB-AGENT-006");
    }

    @Test
    void whereNoAgentRunsTheCommandsSaySo() throws Exception {
        for (Ended ended : List.of(
                host.ask("agent", "status"),
                host.ask("machine", "release", "web"),
                host.ask("machine", "resume", "db"))) {
            assertThat(ended.exitCode()).isEqualTo(1);
            assertThat(ended.errors()).contains("LB-AGENT-003").contains("agent.sock");
        }
    }

    @Test
    void onlyItsOwnerMaySpeakToIt() throws Exception {
        started(host.configuration("shop"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(host.socket())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(host.socket().getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void aPortAnswersQuestionsAndTakesNoOrders() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        started(host.configuration("shop", "metrics_port: " + port));
        String url = "http://127.0.0.1:" + port;
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> metrics = get(http, url + "/metrics");
            assertThat(metrics.statusCode()).isEqualTo(200);
            assertThat(metrics.body())
                    .contains("lifeboat_guard_up 1.0")
                    .contains("lifeboat_group_period_seconds{group=\"shop\"} 30.0")
                    .contains("lifeboat_group_lag_seconds{group=\"shop\"}")
                    .contains("lifeboat_group_health{group=\"shop\",health=\"ok\"} 1.0")
                    .contains("lifeboat_group_health{group=\"shop\",health=\"stalled\"} 0.0")
                    .contains("lifeboat_cycle_read_bytes_total{group=\"shop\"} 5242880.0")
                    .contains("lifeboat_cycle_duration_seconds_count{group=\"shop\"} 1")
                    .contains("jvm_memory_used_bytes");
            HttpResponse<String> health = get(http, url + "/health");
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(JsonMapper.shared()
                            .readTree(health.body())
                            .path("status")
                            .asString())
                    .isEqualTo("ok");
            assertThat(get(http, url + "/status").statusCode()).isEqualTo(200);
            assertThat(get(http, url + "/secrets").statusCode()).isEqualTo(404);
            HttpResponse<String> order = http.send(
                    HttpRequest.newBuilder(URI.create(url + "/machines/web/release"))
                            .POST(HttpRequest.BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.ofString());
            assertThat(order.statusCode()).isEqualTo(403);

            host.ask("machine", "release", "web");
            assertThat(get(http, url + "/health").statusCode()).isEqualTo(503);
        }
    }

    private static HttpResponse<String> get(HttpClient http, String url) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    @Test
    void aSecondAgentWithTheSameStateIsRefused() throws Exception {
        Path configuration = host.configuration("shop");
        started(configuration);

        Ended second = AgentOnDisk.run("agent", "run", "--config", configuration.toString());

        assertThat(second.exitCode()).isEqualTo(3);
        assertThat(second.errors()).contains("LB-AGENT-002");
        assertThat(host.ask("agent", "status").exitCode()).isZero();
    }

    @Test
    void anAgentStopsInOrderAndLeavesNothing() throws Exception {
        Process agent = started(host.configuration("shop"));
        Duration begin = AgentOnDisk.TIME.elapsed();

        agent.destroy();

        assertThat(agent.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(AgentOnDisk.TIME.elapsed().minus(begin)).isLessThan(Duration.ofSeconds(10));
        assertThat(agent.exitValue()).isEqualTo(143);
        await(() -> guards().isEmpty());
        assertThat(host.socket()).doesNotExist();
        assertThat(host.log()).doesNotContain("ERROR");
        started(host.configuration("shop"));
    }

    @Test
    void anAgentWhosePartsHangStopsAllTheSame() throws Exception {
        Process agent = started(host.configuration(ReplicationInMemory.HANGING));

        agent.destroy();

        assertThat(agent.waitFor(15, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatAKilledAgentHeldIsFreed() throws Exception {
        Process agent = started(host.configuration(ReplicationInMemory.HOLDING));
        assertThat(run("web", "db")).isFalse();

        agent.destroyForcibly().waitFor();

        await(() -> run("web", "db"));
        started(host.configuration("shop"));
    }

    @Test
    void aServiceManagerIsToldThatItIsReadyAndAliveAndStopping() throws Exception {
        Path socket = folder.resolve("notify");
        String script = """
                import socket, sys
                s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                s.bind(sys.argv[1])
                print("bound", flush=True)
                while True:
                    text = s.recv(4096).decode()
                    print(text, flush=True)
                    if text == "STOPPING=1":
                        break
                """;
        Process manager = new ProcessBuilder("python3", "-c", script, socket.toString()).start();
        started.add(manager);
        assertThat(manager.inputReader().readLine()).isEqualTo("bound");
        Process agent = host.start(
                host.configuration("shop"), Map.of("NOTIFY_SOCKET", socket.toString(), "WATCHDOG_USEC", "400000"));
        started.add(agent);

        assertThat(manager.inputReader().readLine()).isEqualTo("READY=1");
        assertThat(manager.inputReader().readLine()).isEqualTo("WATCHDOG=1");
        assertThat(manager.inputReader().readLine()).isEqualTo("WATCHDOG=1");
        agent.destroy();
        assertThat(manager.inputReader().lines()).last().isEqualTo("STOPPING=1");
    }

    @Test
    void theLogHasALineForEachCycleWithItsGroup() throws Exception {
        started(host.configuration("shop"));

        assertThat(host.log())
                .contains("shop@1-1 in 1.5 s: 5.0 MiB read, 1.0 MiB stored, machines stood still for 42 ms,"
                        + " application-consistent [")
                .contains("group=shop", "cycle=1");
    }
}
