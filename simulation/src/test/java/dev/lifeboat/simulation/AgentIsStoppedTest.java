package dev.lifeboat.simulation;

import static dev.lifeboat.simulation.ProtectedScribe.every5s;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorEvent;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.lab.scribe.SlotDeed;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.simulation.ProtectedScribe.Before;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/**
 * The agent's process is stopped by a signal, as by a debugger or a computer that sleeps, when it is most in the way:
 * while it holds guests. The guard lets them go on, and when the agent is woken the history goes on too.
 */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // brought up before the tests
class AgentIsStoppedTest {

    /** The guard's own deadlines, as in Barrier and Protocol. */
    private static final Duration SUSPENSION_DEADLINE = Duration.ofSeconds(2);

    private static final Duration FREEZE_DEADLINE = Duration.ofSeconds(10);
    private static final Duration SILENCE_DEADLINE = Duration.ofSeconds(10);

    /** What the guard, libvirt and a guest need to do it, on a busy computer that emulates its guests. */
    private static final Duration MARGIN = Duration.ofSeconds(15);

    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final Duration TIGHT = Duration.ofMillis(1);
    private static final Duration TRY_LIMIT = Duration.ofSeconds(30);
    private static final int MOST_TRIES = 25;

    private final Timekeeper time = new SystemTimekeeper();
    private ProtectedScribe site;

    @BeforeAll
    void bringItUp() throws Exception {
        site = ProtectedScribe.up("track-stop", every5s());
        site.startAgent();
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        if (site != null) {
            site.takeDown();
        }
    }

    @Test
    @Order(1)
    void stoppedForFourPeriodsItGoesOnFromWhereItWas() throws Exception {
        Before before = site.before();
        site.agent().signal("STOP");
        Duration stopped = time.elapsed();
        int files = points().size();
        site.until(
                "four periods are over",
                stopped,
                () -> time.elapsed().minus(stopped).compareTo(PERIOD.multipliedBy(4)) > 0);
        assertThat(points().size()).isLessThanOrEqualTo(files + 1);
        site.awaitRecords();
        site.agent().wake();

        List<JsonNode> since = site.historyGoesOn(before);
        site.requireNoFullCopy(before, since);
        site.say("the agent said: " + site.loggedSince(before));
    }

    @Test
    @Order(2)
    @Tag("long")
    void stoppedInAFreezeItsGuestIsThawed() throws Exception {
        site.reconfigure("""
            groups:
              - name: scribe
                machines: [scribe]
                period: 5s
                application_consistent_every: 5s
            """);
        Before before = site.before();
        Duration stopped = null;
        for (int tries = 1; stopped == null; tries++) {
            assertThat(tries).as("tries to stop it in a freeze").isLessThan(MOST_TRIES);
            Duration late = Duration.ofMillis(ThreadLocalRandom.current().nextInt(300));
            Duration sent = stopWhen("a freeze is held", () -> holds("FREEZE"));
            if (site.hypervisor().frozen(site.machine("scribe"), SILENCE_DEADLINE)) {
                site.say("stopped in a freeze at try " + tries);
                stopped = sent;
            } else {
                site.agent().wake();
                time.pause(late);
            }
        }
        long last = site.announced();
        Duration took = site.until("scribe writes again", stopped, () -> site.announced() > last);
        assertThat(took).isLessThan(FREEZE_DEADLINE.plus(MARGIN));
        site.agent().wake();

        List<JsonNode> since = site.historyGoesOn(before);
        site.requireNoFullCopy(before, since);
        site.say("the agent said: " + site.loggedSince(before));
    }

    @Test
    @Order(3)
    @Tag("long")
    void stoppedInABarrierBothMachinesGoOn() throws Exception {
        site.defineMate();
        site.reconfigure("""
            groups:
              - name: scribe
                machines: [scribe, mate]
                period: 5s
                application_consistent_every: never
            """);
        Before before = site.before();
        Duration stopped = null;
        for (int tries = 1; stopped == null; tries++) {
            assertThat(tries).as("tries to stop it in a barrier").isLessThan(MOST_TRIES);
            Duration sent = stopWhenSuspended("mate");
            if (isIn("scribe", PowerState.SUSPENDED) && isIn("mate", PowerState.SUSPENDED)) {
                site.say("stopped in a barrier at try " + tries);
                stopped = sent;
            } else {
                site.agent().wake();
                site.agent().awaitFreshPoint(ProtectedScribe.GROUP);
            }
        }
        Duration took = site.until(
                "both machines run again",
                stopped,
                () -> isIn("scribe", PowerState.RUNNING) && isIn("mate", PowerState.RUNNING));
        assertThat(took).isLessThan(SUSPENSION_DEADLINE.plus(MARGIN));
        site.awaitRecords();
        site.agent().wake();

        List<JsonNode> since = site.historyGoesOn(before);
        site.requireNoFullCopy(before, since);
        site.say("the agent said: " + site.loggedSince(before));
    }

    @Test
    @Order(4)
    @Tag("long")
    void stoppedWithTheScratchNearlyFullItsGuestIsFreed() throws Exception {
        site.agent().stop();
        Path captures = Path.of("/var/lib/libvirt/agent/captures");
        site.inside("mkdir", "-p", captures.toString()).ask();
        site.inside("mount", "-t", "tmpfs", "-o", "size=8m,mode=711", "tmpfs", captures.toString())
                .ask();
        // A QEMU sees what was mounted when it was started.
        site.virsh("destroy", "scribe");
        site.virsh("start", "scribe");
        site.awaitRecords();
        site.agent().configure(site.vault(), "scratch: 16MiB\n" + every5s());
        site.startAgent();
        Before before = site.before();

        AtomicBoolean full = new AtomicBoolean();
        try (Hypervisor.Watch watch = site.hypervisor()
                .watch(event -> full.compareAndSet(false, event instanceof HypervisorEvent.DiskError))) {
            assertThat(watch).isNotNull();
            Path socket = Path.of("/proc/%d/root".formatted(site.lab().containerId(LabHost.PRIMARY_1.toString())))
                    .resolve(Path.of("/").relativize(captures))
                    .resolve(site.machine("scribe").toString())
                    .resolve("nbd");
            Duration stopped = stopWhen("a capture is open", () -> Files.exists(socket));
            // What was there before is what has to be set aside; the guest is paused before it is done.
            Thread overwriting = Thread.ofPlatform().name("overwriting").start(this::overwrite);
            site.until("the scratch is full and the guest is paused", stopped, full::get);
            Duration paused = time.elapsed();
            Duration took = site.until(
                    "scribe runs again, counted from its pause",
                    paused,
                    () -> !Files.exists(socket) && isIn("scribe", PowerState.RUNNING));
            assertThat(took).isLessThan(MARGIN);
            overwriting.join();
        }
        site.awaitRecords();
        site.agent().wake();

        List<JsonNode> since = site.historyGoesOn(before);
        site.requireNoFullCopy(before, since);
        site.say("the agent said: " + site.loggedSince(before));
    }

    private void overwrite() {
        try {
            site.touch(SlotDeed.Kind.WRITE, 0, 40_000);
        } catch (Exception e) {
            // It was paused for longer than anybody waits for its answer.
        }
    }

    private List<Path> points() throws IOException {
        try (var files =
                Files.list(site.lab().scratch("vault").resolve("points").resolve(ProtectedScribe.GROUP))) {
            return files.toList();
        }
    }

    /** Stops the agent at once when a condition holds that is looked at all the time, and says when. */
    private Duration stopWhen(String what, BooleanSupplier condition) throws Exception {
        try (ReadySignal stop = new ReadySignal("STOP", site.agent().java())) {
            assertThat(time.await(TRY_LIMIT, TIGHT, condition)).as(what).isTrue();
            stop.send();
            return time.elapsed();
        }
    }

    private Duration stopWhenSuspended(String machine) throws Exception {
        HypervisorEvent awaited = new HypervisorEvent.SuspensionChanged(site.machine(machine), true);
        try (ReadySignal stop = new ReadySignal("STOP", site.agent().java());
                Hypervisor.Watch watch = site.hypervisor().watch(event -> {
                    if (event.equals(awaited)) {
                        stop.send();
                    }
                })) {
            assertThat(watch).isNotNull();
            assertThat(time.await(TRY_LIMIT, TIGHT, stop::isSent))
                    .as("%s is suspended", machine)
                    .isTrue();
            return time.elapsed();
        }
    }

    private boolean holds(String hold) {
        try {
            return Files.readString(site.state(Path.of("guard.holds"))).contains(hold);
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isIn(String machine, PowerState state) {
        try {
            return site.state(machine) == state;
        } catch (HypervisorException e) {
            throw new IllegalStateException(e);
        }
    }
}
