package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.hypervisor.CaptureOrder;
import dev.lifeboat.hypervisor.GuestProgram;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.lab.scribe.ScribeClient;
import dev.lifeboat.lab.scribe.ScribeClient.AgentConduct;
import dev.lifeboat.model.Timekeeper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The hypervisor and a real agent in a real guest, which answers as it should, late, or not at all. */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // brought up before the tests
class GuestAgentTest {

    /** Longer than all that is asked meanwhile. */
    private static final Duration FREEZE_LIMIT = Duration.ofSeconds(8);

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration ENOUGH = Duration.ofSeconds(20);

    /** What a call takes on a busy computer, and what it may overrun its limit by. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Timekeeper time = new SystemTimekeeper();
    private TestLab lab;
    private RecoveryHypervisor hypervisor;
    private MachineId scribe;

    @BeforeAll
    void bringItUp() throws Exception {
        lab = TestLab.named("lbhagent");
        lab.succeed("up", "--only", "scribe");
        hypervisor = lab.hypervisor(LabHost.PRIMARY_1);
        scribe = hypervisor.machines().getFirst().id();
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        hypervisor.close();
        lab.takeDown();
    }

    @AfterEach
    void theAgentBehavesAgain() throws Exception {
        if (state() != PowerState.OFF) {
            hypervisor.resume(scribe);
            conduct(AgentConduct.GOING_ON);
            conduct(AgentConduct.RELENTING);
        }
    }

    @Test
    @Order(1)
    void aFreezeSaysHowManyFileSystemsItHoldsAndAThawLetsThemGo() throws Exception {
        assertThat(hypervisor.frozen(scribe, ENOUGH)).isFalse();

        assertThat(hypervisor.freeze(scribe, ENOUGH)).isEqualTo(1);
        assertThat(hypervisor.frozen(scribe, ENOUGH)).isTrue();
        long last = lab.scribe(ScribeClient::last);
        time.pause(PATIENCE);
        assertThat(lab.scribe(ScribeClient::last)).isEqualTo(last);

        hypervisor.thaw(scribe, ENOUGH);
        assertThat(hypervisor.frozen(scribe, ENOUGH)).isFalse();
        awaitRecordsAfter(last);
        hypervisor.thaw(scribe, ENOUGH);
    }

    @Test
    @Order(2)
    void theAgentTellsTheAddressesOfItsGuest() throws Exception {
        assertThat(hypervisor.describe(scribe).interfaces())
                .singleElement()
                .satisfies(card -> assertThat(card.addresses()).anyMatch(address -> address.endsWith("/24")));
    }

    @Test
    @Order(2)
    void aGuestIsObservedWithoutDescribingIt() throws Exception {
        assertThat(hypervisor.guestAnswers(scribe, ENOUGH)).isTrue();
        assertThat(hypervisor.addresses(scribe).values())
                .anySatisfy(addresses -> assertThat(addresses).anyMatch(address -> address.endsWith("/24")));
    }

    @Test
    @Order(2)
    void aProgramIsRunInTheGuestWithWhatWasWrittenThere() throws Exception {
        byte[] script = "echo \"$1\"; echo sorry >&2; exit 3\n".getBytes(StandardCharsets.UTF_8);
        hypervisor.writeGuestFile(scribe, "/run/script", script, ENOUGH);

        GuestProgram.Outcome outcome =
                hypervisor.run(scribe, new GuestProgram("/bin/sh", "/run/script", "a b"), ENOUGH);

        assertThat(outcome).isEqualTo(new GuestProgram.Outcome(3, "a b\n", "sorry\n"));
        assertThat(hypervisor
                        .run(scribe, new GuestProgram("/bin/sh", "-c", "kill -9 $$"), ENOUGH)
                        .exitCode())
                .isEqualTo(128 + 9);
        assertThat(hypervisor
                        .run(scribe, new GuestProgram("/bin/wc", "-c", "/run/large"), ENOUGH)
                        .succeeded())
                .isFalse();
        hypervisor.writeGuestFile(scribe, "/run/large", new byte[200_000], ENOUGH);
        assertThat(hypervisor
                        .run(scribe, new GuestProgram("/bin/wc", "-c", "/run/large"), ENOUGH)
                        .output())
                .startsWith("200000");
    }

    @Test
    @Order(2)
    void whatCannotBeRunOrDoesNotEndIsTold() {
        refused(Kind.FAILED, () -> hypervisor.run(scribe, new GuestProgram("/not/there"), ENOUGH));
        refused(Kind.FAILED, () -> hypervisor.writeGuestFile(scribe, "/not/there", new byte[1], ENOUGH));
        refused(Kind.TIMED_OUT, () -> hypervisor.run(scribe, new GuestProgram("/bin/sleep", "30"), PATIENCE));
    }

    private static void refused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HypervisorException.class,
                        failure -> assertThat(failure.kind())
                                .as(failure.getMessage())
                                .isEqualTo(kind));
    }

    @Test
    @Order(3)
    void anAgentThatIsStoppedHoldsUpNobodyAndIsThawedWhenItGoesOn() throws Exception {
        conduct(AgentConduct.STOPPED);
        assertThat(hypervisor.guestAnswers(scribe, PATIENCE)).isFalse();
        nothingElseIsHeldUpByAFreezeInVain();
        silentWithin(PATIENCE, () -> hypervisor.thaw(scribe, PATIENCE));
        silentWithin(PATIENCE, () -> hypervisor.frozen(scribe, PATIENCE));

        conduct(AgentConduct.GOING_ON);
        guestWritesAfterAThaw();
    }

    @Test
    @Order(4)
    void aFreezeThatHangsHoldsUpNobodyAndIsThawedWhenItHasComeBack() throws Exception {
        conduct(AgentConduct.HANGING);
        nothingElseIsHeldUpByAFreezeInVain();
        silentWithin(PATIENCE, () -> hypervisor.thaw(scribe, PATIENCE));

        conduct(AgentConduct.RELENTING);
        guestWritesAfterAThaw();
    }

    @Test
    @Order(5)
    void aGuestWhoseAgentIsStoppedHearsThePowerButton() throws Exception {
        conduct(AgentConduct.STOPPED);

        within(PATIENCE.plus(GRACE), () -> hypervisor.shutDown(scribe));

        assertThat(time.await(Duration.ofMinutes(1), LOOK_AGAIN, () -> state() == PowerState.OFF))
                .as("the guest has gone down")
                .isTrue();
    }

    private void nothingElseIsHeldUpByAFreezeInVain() throws Exception {
        CompletableFuture<Void> freeze = CompletableFuture.runAsync(
                () -> silentWithin(FREEZE_LIMIT, () -> hypervisor.freeze(scribe, FREEZE_LIMIT)));
        within(GRACE, () -> hypervisor.machines());
        within(
                GRACE,
                () -> hypervisor.beginCapture(
                        scribe, new CaptureOrder(Optional.empty(), Optional.empty(), List.of("vda", "vdb"))));
        within(GRACE, () -> hypervisor.scratchUsed(scribe));
        within(GRACE, () -> hypervisor.endCapture(scribe));
        within(GRACE, () -> hypervisor.checkpoints(scribe));
        // By now the freeze is on its way: a suspended guest would be asked nothing at all.
        within(GRACE, () -> hypervisor.suspend(scribe));
        within(GRACE, () -> hypervisor.resume(scribe));
        assertThat(freeze).as("the freeze is in vain all the time").isNotDone();
        within(PATIENCE.plus(GRACE), () -> hypervisor.describe(scribe));
        freeze.get(ENOUGH.toSeconds(), TimeUnit.SECONDS);
    }

    private void guestWritesAfterAThaw() throws Exception {
        hypervisor.thaw(scribe, ENOUGH);
        assertThat(hypervisor.frozen(scribe, ENOUGH)).isFalse();
        assertThat(lab.scribe(ScribeClient::state).quiet()).isFalse();
        awaitRecordsAfter(lab.scribe(ScribeClient::last));
    }

    private void awaitRecordsAfter(long last) throws InterruptedException {
        assertThat(time.await(ENOUGH, LOOK_AGAIN, () -> last() > last))
                .as("records after %d", last)
                .isTrue();
    }

    private long last() {
        try {
            return lab.scribe(ScribeClient::last);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void silentWithin(Duration limit, ThrowingCallable call) {
        within(
                limit.plus(GRACE),
                () -> assertThatThrownBy(call)
                        .isInstanceOfSatisfying(
                                HypervisorException.class,
                                failure -> assertThat(failure.kind())
                                        .as(failure.getMessage())
                                        .isEqualTo(Kind.GUEST_AGENT_SILENT)));
    }

    private void within(Duration limit, ThrowingCallable call) {
        Duration before = time.elapsed();
        try {
            call.call();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        assertThat(time.elapsed().minus(before)).isLessThan(limit);
    }

    private PowerState state() {
        try {
            return hypervisor.machines().stream()
                    .filter(machine -> machine.id().equals(scribe))
                    .map(Machine::state)
                    .findFirst()
                    .orElseThrow();
        } catch (HypervisorException e) {
            throw new IllegalStateException(e);
        }
    }

    private void conduct(AgentConduct conduct) throws Exception {
        lab.scribe(client -> {
            client.setAgent(conduct);
            return conduct;
        });
    }
}
