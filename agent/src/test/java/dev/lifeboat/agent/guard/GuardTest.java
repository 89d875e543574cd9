package dev.lifeboat.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.replication.Guard.Armed;
import dev.lifeboat.replication.Guard.Hold;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real guard processes, and agents that are killed or stopped while they hold machines. */
class GuardTest {

    /** Far longer than anything takes; a test that waits for it has failed. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Duration SHORT = Duration.ofMillis(10);
    private static final Duration HOUR = Duration.ofHours(1);

    private final Timekeeper time = new SystemTimekeeper();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @TempDir
    private Path folder;

    private Path state;
    private FolderHypervisor hypervisor;
    private GuardStarter starter;
    private MachineId web;
    private MachineId db;

    @BeforeEach
    void makeMachines() throws IOException {
        state = Files.createDirectory(folder.resolve("state"));
        Path machines = Files.createDirectory(folder.resolve("machines"));
        hypervisor = new FolderHypervisor(machines);
        web = hypervisor.add("web");
        db = hypervisor.add("db");
        starter = HoldingProcess.starter(state, machines);
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
        starter.kill();
        await(() -> starter.running().isEmpty());
    }

    private GuardLink link() throws Exception {
        GuardLink link = GuardLink.begin(starter, time);
        opened.add(link);
        link.await();
        return link;
    }

    /** An agent of its own that holds both machines. */
    private Process holdingAgent(Hold hold, Duration deadline) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HoldingProcess.class.getName(),
                "hold",
                state.toString(),
                folder.resolve("machines").toString(),
                hold.name(),
                Long.toString(deadline.toMillis()));
        Process agent = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        opened.add(() -> agent.destroyForcibly().waitFor());
        BufferedReader output = agent.inputReader();
        assertThat(output.readLine()).isEqualTo("holding");
        return agent;
    }

    private static void signal(String signal, long process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process))
                        .start()
                        .waitFor())
                .isZero();
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        assertThat(time.await(LIMIT, SHORT, condition)).isTrue();
    }

    private Duration untilSeen(BooleanSupplier condition) throws InterruptedException {
        Duration begin = time.elapsed();
        await(condition);
        return time.elapsed().minus(begin);
    }

    private boolean run(MachineId... machines) {
        return List.of(machines).stream().allMatch(machine -> hypervisor.state(machine) == PowerState.RUNNING);
    }

    @Test
    void aGuardThatNobodyWaitedForEndsWithItsLink() throws Exception {
        GuardLink link = GuardLink.begin(starter, time);
        await(() -> !starter.running().isEmpty());

        link.close();

        await(() -> starter.running().isEmpty());
    }

    @Test
    void machinesSuspendedByAnAgentThatIsKilledRunAgainAtOnce() throws Exception {
        Process agent = holdingAgent(Hold.SUSPENSION, HOUR);
        assertThat(run(web)).isFalse();

        agent.destroyForcibly().waitFor();

        assertThat(untilSeen(() -> run(web, db))).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void machinesSuspendedByAnAgentThatIsStoppedRunAgainAfterTheDeadline() throws Exception {
        Process agent = holdingAgent(Hold.SUSPENSION, Duration.ofSeconds(2));

        signal("STOP", agent.pid());

        assertThat(untilSeen(() -> run(web, db))).isLessThan(Duration.ofMillis(2500));
    }

    @Test
    void anAgentThatWasStoppedLearnsThatTheGuardHadToAct() throws Exception {
        Process agent = holdingAgent(Hold.SUSPENSION, Duration.ofMillis(500));
        signal("STOP", agent.pid());
        await(() -> run(web, db));

        signal("CONT", agent.pid());

        agent.getOutputStream().write('\n');
        agent.getOutputStream().flush();
        assertThat(agent.inputReader().readLine()).isEqualTo("fired");
    }

    @Test
    void fileSystemsFrozenByAnAgentThatIsStoppedAreThawedAfterTheDeadline() throws Exception {
        Process agent = holdingAgent(Hold.FREEZE, Duration.ofSeconds(1));
        assertThat(hypervisor.isFrozen(web)).isTrue();

        signal("STOP", agent.pid());

        await(() -> !hypervisor.isFrozen(web) && !hypervisor.isFrozen(db));
    }

    @Test
    void aFullScratchFileEndsTheCapturesAndTheMachineGoesOnThoughTheAgentIsStopped() throws Exception {
        Process agent = holdingAgent(Hold.CAPTURE, HOUR);
        signal("STOP", agent.pid());

        hypervisor.failDisk(web);

        assertThat(untilSeen(() -> run(web))).isLessThan(Duration.ofSeconds(2));
        await(() -> !hypervisor.isCaptured(web) && !hypervisor.isCaptured(db));
    }

    @Test
    void anAgentThatIsSilentForLongHoldsNoCapture() throws Exception {
        Process agent = holdingAgent(Hold.CAPTURE, HOUR);

        signal("STOP", agent.pid());

        await(() -> !hypervisor.isCaptured(web) && !hypervisor.isCaptured(db));
    }

    @Test
    void aMachineThatItsOwnerSuspendedStaysSuspended() throws Exception {
        GuardLink link = link();
        hypervisor.put(db, PowerState.SUSPENDED);
        try (Armed armed = link.arm(Set.of(web, db), Hold.SUSPENSION, Duration.ofMillis(300))) {
            hypervisor.suspend(web);
            await(() -> run(web));
            assertThat(armed.fired()).isTrue();
        }
        // The guard has seen it free: who suspends it from now on is its owner.
        armedAgain(link, Hold.CAPTURE, HOUR).close();
        hypervisor.put(web, PowerState.SUSPENDED);
        try (Armed armed = armedAgain(link, Hold.CAPTURE, Duration.ofMillis(300))) {
            await(armed::fired);
        }
        link.close();
        await(() -> starter.running().isEmpty());

        assertThat(hypervisor.state(db)).isEqualTo(PowerState.SUSPENDED);
        assertThat(hypervisor.state(web)).isEqualTo(PowerState.SUSPENDED);
    }

    /** What has just been freed is not held again until the guard has seen it free. */
    private Armed armedAgain(GuardLink link, Hold hold, Duration deadline) throws Exception {
        Duration end = time.elapsed().plus(LIMIT);
        while (true) {
            try {
                return link.arm(Set.of(web, db), hold, deadline);
            } catch (IOException e) {
                assertThat(time.elapsed()).isLessThan(end);
                time.pause(SHORT);
            }
        }
    }

    @Test
    void aCaptureOfSomebodyElseIsLeftAlone() throws Exception {
        hypervisor.beginCapture(web, false);
        try (Armed armed = link().arm(Set.of(web, db), Hold.CAPTURE, Duration.ofMillis(200))) {
            hypervisor.beginCapture(db, true);
            await(() -> armed.fired() && !hypervisor.isCaptured(db));
        }
        assertThat(hypervisor.isCaptured(web)).isTrue();
    }

    @Test
    void whatIsDisarmedInTimeIsNotTouched() throws Exception {
        GuardLink link = link();
        Armed armed = link.arm(Set.of(web), Hold.SUSPENSION, Duration.ofMillis(300));
        armed.close();
        hypervisor.suspend(web);

        try (Armed later = link.arm(Set.of(db), Hold.SUSPENSION, Duration.ofMillis(600))) {
            await(later::fired);
        }

        assertThat(armed.fired()).isFalse();
        assertThat(hypervisor.state(web)).isEqualTo(PowerState.SUSPENDED);
    }

    @Test
    void aSuspensionThatComesAfterTheDeadlineIsUndoneToo() throws Exception {
        try (Armed armed = link().arm(Set.of(web), Hold.SUSPENSION, Duration.ofMillis(100))) {
            await(armed::fired);

            hypervisor.suspend(web);

            assertThat(untilSeen(() -> run(web))).isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void aMachineIsResumedByADiskErrorOnlyWhenItRanBefore() throws Exception {
        hypervisor.put(db, PowerState.SUSPENDED_BY_DISK_ERROR);
        try (Armed armed = link().arm(Set.of(web, db), Hold.CAPTURE, HOUR)) {
            hypervisor.failDisk(web);
            await(() -> run(web) && armed.fired());
        }
        assertThat(hypervisor.state(db)).isEqualTo(PowerState.SUSPENDED_BY_DISK_ERROR);
    }

    @Test
    void machinesAreFreedOnceTheHypervisorAnswersAgain() throws Exception {
        Process agent = holdingAgent(Hold.SUSPENSION, HOUR);
        hypervisor.goAway();
        agent.destroyForcibly().waitFor();
        time.pause(Duration.ofSeconds(1));
        assertThat(run(web)).isFalse();

        hypervisor.comeBack();

        await(() -> run(web, db));
    }

    @Test
    void nothingIsHeldWhileTheHypervisorIsAway() throws Exception {
        GuardLink link = link();
        hypervisor.goAway();

        assertThatThrownBy(() -> link.arm(Set.of(web), Hold.CAPTURE, HOUR)).hasMessageContaining("away");
    }

    @Test
    void whatAKilledGuardHeldIsFreedByTheNextOne() throws Exception {
        GuardLink link = link();
        try (Armed armed = link.arm(Set.of(web, db), Hold.SUSPENSION, HOUR)) {
            hypervisor.suspend(web);
            hypervisor.suspend(db);

            starter.kill();

            await(armed::fired);
            await(() -> run(web, db));
            await(link::isThere);
        }
    }

    @Test
    void whenGuardAndAgentAreKilledTheNextGuardFrees() throws Exception {
        Process agent = holdingAgent(Hold.SUSPENSION, HOUR);
        signal("STOP", agent.pid());
        starter.kill();
        agent.destroyForcibly().waitFor();
        await(() -> starter.running().isEmpty());
        assertThat(run(web)).isFalse();

        link();

        await(() -> run(web, db));
    }

    @Test
    void withoutAGuardNothingIsArmed() throws Exception {
        GuardLink link = link();
        starter.kill();

        assertThatThrownBy(() -> {
                    Armed armed = link.arm(Set.of(web), Hold.CAPTURE, HOUR);
                    armed.close();
                })
                .isInstanceOf(IOException.class);
        await(link::isThere);
        link.arm(Set.of(web), Hold.CAPTURE, HOUR).close();
    }

    @Test
    void noMachineIsHeldForEver() throws Exception {
        try (Armed armed = link().arm(Set.of(), Hold.SUSPENSION, Duration.ofMillis(1))) {
            assertThat(armed.fired()).isFalse();
        }
    }

    @Test
    void aGuardThatDoesNotAnswerIsReplaced() throws Exception {
        GuardLink link = link();
        long stuck = starter.running().getFirst();
        signal("STOP", stuck);

        assertThatThrownBy(() -> link.arm(Set.of(web), Hold.CAPTURE, HOUR)).isInstanceOf(IOException.class);

        await(() -> link.isThere() && !starter.running().contains(stuck));
        link.arm(Set.of(web), Hold.CAPTURE, HOUR).close();
    }

    @Test
    void theGuardIsInASessionOfItsOwn() throws Exception {
        link();
        long guard = starter.running().getFirst();

        // proc(5): the fields behind the name in brackets are state, parent, group, session.
        String stat = Files.readString(Path.of("/proc", Long.toString(guard), "stat"));
        assertThat(stat.substring(stat.lastIndexOf(')')).split(" ", -1)[4]).isEqualTo(Long.toString(guard));
    }

    @Test
    void theGuardEndsWithAnAgentThatEndsInOrder() throws Exception {
        link().close();

        await(() -> starter.running().isEmpty());
        assertThat(state.resolve("guard.sock")).doesNotExist();
    }

    @Test
    void anAgentThatIsStartedAgainFindsTheGuardThatIsThere() throws Exception {
        Process agent = holdingAgent(Hold.SUSPENSION, HOUR);
        long guard = starter.running().getFirst();
        agent.destroyForcibly().waitFor();

        link();

        assertThat(starter.running()).containsExactly(guard);
        await(() -> run(web, db));
    }

    @Test
    void aGuardIsSmall() throws Exception {
        GuardLink link = link();
        link.arm(Set.of(web, db), Hold.CAPTURE, HOUR).close();

        String status =
                Files.readString(Path.of("/proc", starter.running().getFirst().toString(), "status"));
        long residentKib = status.lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
        assertThat(residentKib).isBetween(1L, 96L * 1024);
    }
}
