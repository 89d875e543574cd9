package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.agent.endpoint.AgentStatus;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.lab.scribe.ScribeAudit;
import dev.lifeboat.lab.scribe.ScribeClient;
import dev.lifeboat.lab.scribe.ScribeReport;
import dev.lifeboat.lab.scribe.SlotDeed;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * Scribe in a lab of its own, protected by the agent of its host; and what has to hold whatever happens to them: points
 * are right, the history goes on, and what is read as a whole has its reason. What scribe announces is written down all
 * the time, so that each point is judged by what had been announced when it was taken.
 */
final class ProtectedScribe {

    /** Scribe's group, and its machine. */
    static final String GROUP = "scribe";

    static final Duration LIMIT = Duration.ofMinutes(4);
    static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    /** Slots that are filled before the first point, 60 MB: a full copy is then told from a cycle by what it reads. */
    private static final int FILLED_SLOTS = 120_000;

    private static final int SLOTS_AT_ONCE = 20_000;

    /** The most that a cycle reads when nothing was lost; half of what a full copy does. */
    static final long LARGEST_CYCLE_BYTES = 32L << 20;

    /** A record is announced after it is on the disk, and all of a batch at once. */
    private static final long LARGEST_BATCH = 512;

    private final TestLab lab;
    private final ProtectedLab guarded;
    private final LabAgent agent;
    private final Hypervisor hypervisor;
    private final Timekeeper time = new SystemTimekeeper();
    private final ConcurrentSkipListMap<Instant, Long> byQuestion = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<Instant, Long> byAnswer = new ConcurrentSkipListMap<>();
    private final Thread listener = Thread.ofPlatform().name("announcements").unstarted(this::listen);

    /** What is remembered before something happens. */
    record Before(String point, List<String> points, long last, int logged) {

        /** The same, for a guest that its owner has taken back to an earlier state. */
        Before andBackInTime() {
            return new Before(point, points, 0, logged);
        }
    }

    private ProtectedScribe(TestLab lab, String settings) throws Exception {
        this.lab = lab;
        this.guarded = new ProtectedLab(lab);
        lab.succeed("up", "--only", "scribe");
        this.agent = new LabAgent(lab, LabHost.PRIMARY_1, guarded, settings);
        this.hypervisor = lab.hypervisor(LabHost.PRIMARY_1);
    }

    /** Brings the lab up, with data on scribe's disk; the agent is not started. */
    static ProtectedScribe up(String name, String settings) throws Exception {
        TestLab lab = TestLab.named(name);
        try {
            ProtectedScribe scribe = new ProtectedScribe(lab, settings);
            for (int slot = 0; slot < FILLED_SLOTS; slot += SLOTS_AT_ONCE) {
                scribe.touch(SlotDeed.Kind.WRITE, slot, slot + SLOTS_AT_ONCE - 1);
            }
            scribe.listener.start();
            return scribe;
        } catch (Exception | Error e) {
            lab.takeDown();
            throw e;
        }
    }

    /** The configuration of scribe's group, crash-consistent every five seconds, and lines that go behind it. */
    static String every5s(String... lines) {
        return """
            groups:
              - name: scribe
                machines: [scribe]
                period: 5s
                application_consistent_every: never
            """ + String.join("\n", lines) + "\n";
    }

    LabAgent agent() {
        return agent;
    }

    ProtectedLab vault() {
        return guarded;
    }

    TestLab lab() {
        return lab;
    }

    /** Of the host, as its administrator sees it: captures of the agent are another tool's. */
    Hypervisor hypervisor() {
        return hypervisor;
    }

    MachineId machine(String name) throws HypervisorException {
        return found(name).id();
    }

    PowerState state(String name) throws HypervisorException {
        return found(name).state();
    }

    private Machine found(String name) throws HypervisorException {
        return hypervisor.machines().stream()
                .filter(machine -> machine.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    String virsh(String... arguments) throws InterruptedException {
        return lab.virsh(LabHost.PRIMARY_1, arguments).ask();
    }

    /** A file of the agent's state. */
    Path state(Path file) {
        return lab.file(LabHost.PRIMARY_1, "lib/agent").resolve(file);
    }

    long touch(SlotDeed.Kind kind, long from, long to) throws Exception {
        return lab.scribe(client -> client.touch(new SlotDeed(kind, from, to)));
    }

    void pace(long bytesPerSecond) throws Exception {
        lab.scribe(client -> {
            client.setPace(new ByteCount(bytesPerSecond));
            return client;
        });
    }

    private void listen() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Instant asked = time.instant();
                long last = lab.scribe(ScribeClient::last);
                byQuestion.put(asked, last);
                byAnswer.put(time.instant(), last);
            } catch (InterruptedException e) {
                return;
            } catch (Exception e) {
                // It is off, suspended, or about to boot.
            }
            try {
                time.pause(LOOK_AGAIN.multipliedBy(3));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** The last record that was announced, as far as it is known here. */
    long announced() {
        return byAnswer.isEmpty() ? 0 : byAnswer.lastEntry().getValue();
    }

    /** Waits until records are announced that were not until now: the guest runs. */
    void awaitRecords() throws InterruptedException {
        Instant now = time.instant();
        long last = announced();
        awaitThat(
                "scribe goes on after record " + last,
                () -> byQuestion.tailMap(now).values().stream().anyMatch(record -> record > last));
    }

    /** Waits until scribe has answered a question that was asked after now. */
    void awaitAnswer() throws InterruptedException {
        Instant now = time.instant();
        awaitThat("scribe answers", () -> !byQuestion.tailMap(now).isEmpty());
    }

    void awaitThat(String what, BooleanSupplier condition) throws InterruptedException {
        if (!time.await(LIMIT, LOOK_AGAIN, condition)) {
            throw new AssertionError("%s did not come within %s; the agent: %s%n%s"
                    .formatted(what, LIMIT, agent.group(GROUP), agent.log()));
        }
    }

    /** Starts the agent and waits until all is as wanted. */
    void startAgent() throws InterruptedException {
        agent.start();
        AgentStatus.Group _ = agent.awaitFreshPoint(GROUP);
    }

    /** Starts the agent anew, with other settings. */
    void reconfigure(String settings) throws IOException, InterruptedException {
        agent.stop();
        agent.configure(guarded, settings);
        startAgent();
    }

    /** What there is before something happens, the newest point being fresh. */
    Before before() throws InterruptedException {
        AgentStatus.Group _ = agent.awaitFreshPoint(GROUP);
        List<String> points = ids(guarded.points(GROUP));
        return new Before(points.getLast(), points, announced(), agent.log().length());
    }

    /** Scribe's name at the time: it is the only one with a second disk. */
    private static String machineOf(JsonNode point) {
        return StreamSupport.stream(point.path("machines").spliterator(), false)
                .filter(machine -> machine.path("disks").size() > 1)
                .map(machine -> machine.path("name").asString())
                .findFirst()
                .orElseThrow();
    }

    private static List<String> ids(List<JsonNode> points) {
        return points.stream().map(point -> point.path("id").asString()).toList();
    }

    /**
     * After whatever has happened: scribe writes, there are two more points at least, all points there were are there
     * in the same epoch, and the last before it and the first two after it are right.
     *
     * @return the points since
     */
    List<JsonNode> historyGoesOn(Before before) throws Exception {
        awaitRecords();
        AgentStatus.Group _ = agent.awaitFreshPoint(GROUP);
        AgentStatus.Group _ = agent.awaitFreshPoint(GROUP);
        List<JsonNode> points = guarded.points(GROUP);
        assertThat(ids(points)).startsWith(before.points().toArray(String[]::new));
        assertThat(ids(points)).allMatch(id -> id.startsWith(GROUP + "@1-"));
        assertThat(points).allMatch(point -> point.path("state").asString().equals("point"));
        List<JsonNode> since = points.subList(before.points().size(), points.size());
        assertThat(since).hasSizeGreaterThanOrEqualTo(2);
        assertThat(announced()).isGreaterThan(before.last());
        requireRight(points.get(before.points().size() - 1));
        for (JsonNode point : since.subList(0, 2)) {
            requireRight(point, machineOf(point) + "/vdb");
        }
        say("%s; since then %s".formatted(before.point(), read(since)));
        return List.copyOf(since);
    }

    private static List<String> read(List<JsonNode> points) {
        return points.stream()
                .map(point -> "%s: %s read, %s stored"
                        .formatted(
                                point.path("id").asString(),
                                new ByteCount(bytesRead(point)),
                                new ByteCount(bytesStored(point))))
                .toList();
    }

    static long bytesRead(JsonNode point) {
        return point.path("statistics").path("read_bytes").asLong();
    }

    static long bytesStored(JsonNode point) {
        return point.path("statistics").path("stored_bytes").asLong();
    }

    /** A point has each record that was announced before it, none from after it, and nothing that is half there. */
    void requireRight(JsonNode point) throws Exception {
        requireRight(point, "scribe/vdb");
    }

    /** The same of a disk that has another name. */
    void requireRight(JsonNode point, String disk) throws Exception {
        String id = point.path("id").asString();
        Instant taken = Instant.parse(point.path("taken").asString());
        Instant published = Instant.parse(point.path("published").asString());
        long announced = Objects.requireNonNull(byAnswer.floorEntry(taken), "nothing was announced before " + id)
                .getValue();
        Path exported = guarded.export(id, disk);
        try {
            ScribeReport report = ScribeAudit.judge(exported, announced, lab.state());
            assertThat(report.clean()).as("%s: %s", id, report.text()).isTrue();
            long last = Objects.requireNonNull(report.last()).number();
            var after = byQuestion.ceilingEntry(published);
            if (after != null) {
                assertThat(last).as("the last record of %s", id).isLessThanOrEqualTo(after.getValue() + LARGEST_BATCH);
            }
        } finally {
            Files.delete(exported);
        }
    }

    /** Nothing was lost, so no point since has cost more than what changed. */
    void requireNoFullCopy(Before before, List<JsonNode> since) {
        assertThat(loggedSince(before)).doesNotContain("resync: ");
        assertThat(since).as("%s", read(since)).allMatch(point -> bytesRead(point) < LARGEST_CYCLE_BYTES);
    }

    /** All was compared, for a reason that is told, and little was stored. */
    void requireResync(Before before, List<JsonNode> since, String reason) throws InterruptedException {
        AgentStatus.Group standing = agent.group(GROUP).orElseThrow();
        say("resyncs: " + standing.resyncs());
        assertThat(standing.resyncs())
                .as(agent.log())
                .anySatisfy(one -> assertThat(one.reason()).contains(reason));
        assertThat(loggedSince(before)).contains("resync: ").contains(reason);
        assertThat(since).as("%s", read(since)).allMatch(point -> bytesStored(point) < LARGEST_CYCLE_BYTES);
    }

    /** What the agent has told since. */
    String loggedSince(Before before) {
        return agent.log().substring(before.logged());
    }

    /** What {@code lifeboat agent status} prints for a person. */
    String statusText() throws InterruptedException {
        return agent.onTheHost("agent", "status", "--socket", LabAgent.socket()).ask();
    }

    /** A machine that has nothing to boot and does nothing, beside scribe. */
    void defineMate() throws InterruptedException {
        new Mate(lab).define();
    }

    /** How long it took until something was so. */
    Duration until(String what, Duration since, BooleanSupplier condition) throws InterruptedException {
        awaitThat(what, condition);
        Duration took = time.elapsed().minus(since);
        say("%s after %d ms".formatted(what, took.toMillis()));
        return took;
    }

    Timekeeper time() {
        return time;
    }

    /** For who reads what the tests print: what was seen, in figures. */
    void say(String what) {
        System.out.printf("%s: %s%n", lab, what);
    }

    /** A program that the host's administrator runs there. */
    Program inside(String... command) {
        return Program.of(command)
                .startedBy(
                        "nsenter",
                        "--mount",
                        "--net",
                        "--pid",
                        "--target",
                        Long.toString(lab.containerId(LabHost.PRIMARY_1.toString())),
                        "--");
    }

    /** Ends the agent and removes the lab, whatever has become of them. */
    void takeDown() throws InterruptedException {
        try {
            agent.close();
        } finally {
            listener.interrupt();
            listener.join();
            hypervisor.close();
            lab.takeDown();
        }
    }
}
