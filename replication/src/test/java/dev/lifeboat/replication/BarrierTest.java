package dev.lifeboat.replication;

import static dev.lifeboat.replication.ProtectedHost.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.hypervisor.HypervisorFault;
import dev.lifeboat.hypervisor.MachineInMemory;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.point.Consistency;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** What is held at guests, in what order, and that it is let go. */
@Timeout(120)
class BarrierTest {

    @TempDir
    Path folder;

    private ProtectedHost site;
    private MachineInMemory web;
    private MachineInMemory db;

    @BeforeEach
    void setUp() {
        site = new ProtectedHost(folder);
        web = site.running("web", 2 * MIB);
        db = site.running("db", 2 * MIB);
    }

    @AfterEach
    void nothingIsHeld() {
        assertThat(site.guard.heldUnarmed()).isEmpty();
        for (MachineInMemory machine : List.of(web, db)) {
            assertThat(machine.frozen()).isFalse();
            assertThat(machine.captured()).isFalse();
        }
        site.close();
    }

    private static Protection withoutBarrier(String... machines) {
        return new Protection(
                ProtectedHost.GROUP,
                List.of(machines),
                Duration.ofSeconds(30),
                Optional.empty(),
                Set.of(),
                256L * MIB,
                false);
    }

    private static Protection hourly(boolean barrier, String... machines) {
        return new Protection(
                ProtectedHost.GROUP,
                List.of(machines),
                Duration.ofSeconds(30),
                Optional.of(Duration.ofHours(1)),
                Set.of(),
                256L * MIB,
                barrier);
    }

    private ProtectedHost.Agent agent(HypervisorFault.Plan plan, Protection protection) {
        return site.process(site.store, plan, protection);
    }

    @Test
    void onePointAnHourIsApplicationConsistent() throws Exception {
        ProtectedHost.Agent agent = agent(HypervisorFault.Plan.none(), hourly(true, "web", "db"));
        Point _ = agent.publish();
        Point asked = agent.publish();
        assertThat(asked.manifest().consistency()).isEqualTo(Consistency.APPLICATION);
        assertThat(agent.publish().manifest().consistency()).isEqualTo(Consistency.CRASH);
        site.time.pass(Duration.ofMinutes(61));
        assertThat(agent.publish().manifest().consistency()).isEqualTo(Consistency.APPLICATION);
        List<String> calls = site.host.calls();
        int thaw = calls.lastIndexOf("thaw web");
        assertThat(calls.lastIndexOf("freeze web")).isLessThan(calls.lastIndexOf("beginCapture web"));
        assertThat(calls.lastIndexOf("beginCapture db")).isLessThan(thaw);
        assertThat(thaw).isLessThan(calls.lastIndexOf("endCapture web"));
    }

    @Test
    void aGuestThatDoesNotAnswerTheFreezeIsThawedAndThePointIsOneAfterAPowerCut() throws Exception {
        ProtectedHost.Agent agent =
                agent(HypervisorFault.Plan.first(1, "freeze", HypervisorFault.SILENT), hourly(true, "web"));
        Point _ = agent.publish();
        Point point = agent.publish();
        assertThat(point.manifest().consistency()).isEqualTo(Consistency.CRASH);
        assertThat(agent.report().health()).isEqualTo(Health.WARNING);
        assertThat(agent.report().reason().orElseThrow()).contains("could not be frozen");
        Point _ = agent.publish();
        assertThat(agent.report().health()).isEqualTo(Health.OK);
    }

    @Test
    void aGuestWithoutAnAgentIsProtectedAllTheSame() throws Exception {
        HypervisorFault.Plan silent = method ->
                method.equals("freeze") || method.equals("thaw") ? HypervisorFault.SILENT : HypervisorFault.NONE;
        ProtectedHost.Agent agent = agent(silent, hourly(true, "web"));
        for (int i = 0; i < 4; i++) {
            Point _ = agent.publish();
        }
        web.write("vda", 1, 3);
        Point _ = agent.publish();
        site.requireTruePoints(web);
    }

    @Test
    void aBarrierThatTakesTooLongIsBrokenByTheGuardAndThePointSaysSo() throws Exception {
        ProtectedHost.Agent agent = agent(HypervisorFault.Plan.none(), ProtectedHost.protection("web", "db"));
        Point _ = agent.publish();
        site.guard.firesAtOnce(Guard.Hold.SUSPENSION);
        Point point = agent.publish();
        assertThat(point.manifest().groupConsistent()).isFalse();
        assertThat(agent.report().health()).isEqualTo(Health.WARNING);
    }

    @Test
    void aMachineThatCannotBeResumedIsLeftToTheGuard() throws Exception {
        ProtectedHost.Agent agent = agent(
                HypervisorFault.Plan.first(2, "resume", HypervisorFault.UNREACHABLE),
                ProtectedHost.protection("web", "db"));
        Duration _ = agent.attempt();
        assertThat(web.state()).isEqualTo(PowerState.SUSPENDED);
        Duration _ = agent.attempt();
        assertThat(agent.report().reason().orElseThrow()).contains("left to the guard");
        site.guard.deadlinesPass();
        assertThat(web.state()).isEqualTo(PowerState.RUNNING);
        assertThat(db.state()).isEqualTo(PowerState.RUNNING);
        Point _ = agent.publish();
    }

    @Test
    void aGuestThatCouldNotBeThawedIsLeftToTheGuardAndTheNextCycleThawsToo() throws Exception {
        ProtectedHost.Agent agent =
                agent(HypervisorFault.Plan.first(1, "thaw", HypervisorFault.UNREACHABLE), hourly(true, "web"));
        Point _ = agent.publish();
        Duration _ = agent.attempt();
        assertThat(web.frozen()).isTrue();
        site.guard.deadlinesPass();
        Point _ = agent.publish();
        assertThat(web.frozen()).isFalse();
    }

    @Test
    void thePointSaysOfEachMachineWhatItWasBeforeItWasHeld() throws Exception {
        ProtectedHost.Agent agent = agent(HypervisorFault.Plan.none(), ProtectedHost.protection("web", "db"));
        Point point = agent.publish();
        ObjectNode description = point.manifest().machine("web").orElseThrow().description();
        assertThat(description.path("power").asString()).isEqualTo("running");
        assertThat(description.path("uuid").asString()).isEqualTo(web.id().toString());
        assertThat(description.path("definition").asString()).contains("web");
        assertThat(description.path("interfaces").path(0).path("mac").asString())
                .isEqualTo("52:54:00:00:00:01");
        assertThat(description.path("disks").path(0).path("tracking").asString())
                .isEqualTo("persistent");
        Inflater inflater = new Inflater();
        inflater.setInput(Base64.getDecoder()
                .decode(description.path("files").path("nvram").path("deflated").asString()));
        byte[] content = new byte[3];
        assertThat(inflater.inflate(content)).isEqualTo(3);
        inflater.end();
        assertThat(content).containsExactly(1, 2, 3);
    }

    @Test
    void withoutTheBarrierThePointIsNotGroupConsistent() throws Exception {
        ProtectedHost.Agent agent = agent(HypervisorFault.Plan.none(), withoutBarrier("web", "db"));
        assertThat(agent.publish().manifest().groupConsistent()).isFalse();
        assertThat(site.host.calls()).noneMatch(call -> call.startsWith("suspend"));
    }

    @Test
    void aMachineThatItsOwnerHoldsIsNotLetGo() throws Exception {
        db.suspend();
        ProtectedHost.Agent agent = agent(HypervisorFault.Plan.none(), ProtectedHost.protection("web", "db"));
        Point _ = agent.publish();
        assertThat(db.state()).isEqualTo(PowerState.SUSPENDED);
        assertThat(web.state()).isEqualTo(PowerState.RUNNING);
    }

    @Test
    void aCaptureThatCannotBeginLetsEverythingGo() throws Exception {
        ProtectedHost.Agent agent = agent(
                method -> method.equals("beginCapture")
                                && db.views().size() == 1
                                && web.views().size() == 2
                        ? HypervisorFault.BUSY
                        : HypervisorFault.NONE,
                ProtectedHost.protection("web", "db"));
        Point _ = agent.publish();
        Duration _ = agent.attempt();
        assertThat(agent.report().health()).isEqualTo(Health.STALLED);
        assertThat(web.state()).isEqualTo(PowerState.RUNNING);
        assertThat(web.captured()).isFalse();
        assertThat(web.checkpointNames()).hasSize(1);
    }

    @Test
    void aCaptureThatTheGuardEndedWhileItBeganSaysSo() throws Exception {
        ProtectedHost.Agent agent = agent(
                method -> {
                    if (method.equals("beginCapture") && web.views().size() == 1) {
                        site.guard.deadlinesPass();
                        return HypervisorFault.BUSY;
                    }
                    return HypervisorFault.NONE;
                },
                ProtectedHost.protection("web"));
        Point _ = agent.publish();
        Duration _ = agent.attempt();
        assertThat(agent.report().health()).isEqualTo(Health.STALLED);
        assertThat(agent.report().reason().orElseThrow()).contains("the guard had to free the machines");
        assertThat(web.captured()).isFalse();
    }

    @Test
    void aDiskThatTheGuardTookAwayWhileItWasReadIsNotBlamedForIt() throws Exception {
        ProtectedHost.Agent agent = agent(
                method -> {
                    if (method.equals("beginCapture") && db.views().size() == 1) {
                        site.guard.deadlinesPass();
                    }
                    return HypervisorFault.NONE;
                },
                withoutBarrier("web", "db"));
        Point _ = agent.publish();
        Duration _ = agent.attempt();
        assertThat(agent.report().reason().orElseThrow())
                .isEqualTo("the guard had to free the machines before everything was read");
        assertThat(db.captured()).isFalse();
        assertThat(web.captured()).isFalse();
        Point _ = agent.publish();
    }
}
