package dev.lifeboat.bench.live;

import dev.lifeboat.bench.LiveMachine;
import dev.lifeboat.bench.LiveProtection;
import dev.lifeboat.bench.LiveTool;
import dev.lifeboat.bench.tool.OurProcess;
import dev.lifeboat.bench.tool.OwnVault;
import dev.lifeboat.bench.tool.ProcessCost;
import dev.lifeboat.bench.tool.ProcessMeter;
import dev.lifeboat.bench.tool.StoredSize;
import dev.lifeboat.cli.LifeboatVersion;
import dev.lifeboat.host.Folders;
import dev.lifeboat.host.Program;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * This product as a user runs it: {@code lifeboat agent run} on the bench's host, with a guard, into a vault in a
 * folder.
 */
public final class OwnAgent implements LiveTool {

    private static final String NAME = "lifeboat";
    private static final String GROUP = "bench";

    /** In a seed there is one point; the next one shall not begin before the agent is stopped. */
    private static final Duration NEVER = Duration.ofDays(1);

    /** In it changes are written, caches dropped and a peer runs between two cycles. */
    private static final Duration PERIOD = Duration.ofSeconds(15);

    /** A hundred gigabytes on a slow disk. */
    private static final Duration SEED_LIMIT = Duration.ofHours(3);

    /** A cycle takes a second. */
    private static final Duration CYCLE_LIMIT = Duration.ofMinutes(10);

    /** What the launcher gives to an agent beside what it gives to a bench. */
    private static final List<String> AGENT_OPTIONS = List.of("-Xms64m", "-XX:TrimNativeHeapInterval=60000");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final BenchHost host;
    private final OurProcess ourselves;
    private final Timekeeper time;

    public OwnAgent(BenchHost host, OurProcess ourselves, Timekeeper time) {
        this.host = host;
        this.ourselves = ourselves;
        this.time = time;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return LifeboatVersion.current();
    }

    @Override
    public List<String> flags() {
        return List.of(
                "java " + ourselves.withOptions(AGENT_OPTIONS).options(),
                "lifeboat agent run --config FILE   (groups: [{machines: [MACHINE]}], else the defaults)");
    }

    @Override
    public void prepare(Path work) throws InterruptedException {
        new OwnVault(ourselves).make(work);
    }

    @Override
    public ProcessCost seed(LiveMachine machine, Path work, ProcessMeter meter) throws InterruptedException {
        Program program = program(machine, work, NEVER);
        Duration begun = time.elapsed();
        try (AgentProcess agent = AgentProcess.start(program, GROUP)) {
            agent.awaitPoint(SEED_LIMIT);
            Duration wall = time.elapsed().minus(begun);
            return agent.meter().since(Duration.ZERO, wall);
        } finally {
            Folders.delete(host.outside(state(machine)));
        }
    }

    @Override
    public LiveProtection protect(LiveMachine machine, Path work, ProcessMeter meter) throws InterruptedException {
        AgentProcess agent = AgentProcess.start(program(machine, work, PERIOD), GROUP);
        boolean whole = false;
        try {
            agent.awaitPoint(SEED_LIMIT);
            whole = true;
            return new Cycles(agent);
        } finally {
            if (!whole) {
                agent.close();
            }
        }
    }

    @Override
    public StoredSize stored(Path work) {
        return OwnVault.stored(work);
    }

    private final class Cycles implements LiveProtection {
        private final AgentProcess agent;

        Cycles(AgentProcess agent) {
            this.agent = agent;
        }

        @Override
        public void settle() throws InterruptedException {
            agent.forgetPoints();
            agent.awaitPoint(CYCLE_LIMIT);
        }

        @Override
        public ProcessCost next(Between between, long changedBytes) throws InterruptedException {
            settle();
            between.happens();
            Duration before = agent.meter().cpu();
            String point = agent.awaitPoint(CYCLE_LIMIT);
            var after = agent.meter();
            JsonNode cycle = lastCycle();
            if (!cycle.path("point").asString("").equals(point)
                    || cycle.path("read_bytes").asLong(0) < changedBytes) {
                throw new LifeboatException(
                        ErrorCode.HOST_PROGRAM_FAILED,
                        "What changed did not fall into one period of the agent (%s): %s".formatted(point, cycle));
            }
            return after.since(
                    before, Duration.ofMillis(Math.round(cycle.path("took_s").asDouble() * 1000)));
        }

        @Override
        public void close() {
            agent.close();
        }
    }

    /** What the agent tells of its last cycle. */
    private JsonNode lastCycle() throws InterruptedException {
        String status = host.inside(ourselves.command("agent", "status", "--output", "json"))
                .ask();
        try {
            return JSON.readTree(status).path("groups").path(0).path("last_cycle");
        } catch (JacksonException e) {
            throw new LifeboatException(
                    ErrorCode.HOST_PROGRAM_FAILED, "The agent's status is no document: " + status, e);
        }
    }

    private Program program(LiveMachine machine, Path work, Duration period) {
        Path file = work.resolve("agent.yaml");
        String configuration = """
                host: bench-host
                vault:
                  url: %s
                  credentials: %s
                state: %s
                groups:
                  - name: %s
                    machines: [%s]
                    period: %ds
                """.formatted(
                        OwnVault.url(work),
                        OwnVault.credentials(work),
                        state(machine),
                        GROUP,
                        machine.name(),
                        period.toSeconds());
        BenchHost.write(file, configuration.getBytes(StandardCharsets.UTF_8));
        return host.inside(ourselves
                .withOptions(AGENT_OPTIONS)
                .command("agent", "run", "--config", file.toString())
                .withVariable("MALLOC_ARENA_MAX", "2"));
    }

    /** The agent's folder inside, which QEMU has to reach. */
    private static Path state(LiveMachine machine) {
        return BenchHost.LIB.resolve("agent-" + machine.name());
    }
}
