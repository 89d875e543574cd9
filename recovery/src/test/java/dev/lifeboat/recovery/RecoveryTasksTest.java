package dev.lifeboat.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.host.SystemRandomness;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.home.HomeOrder;
import dev.lifeboat.recovery.home.HomeOrder.Deed;
import dev.lifeboat.recovery.home.HomeStage;
import dev.lifeboat.recovery.task.HostRecoveryTasks;
import dev.lifeboat.recovery.task.RecoveryTask;
import dev.lifeboat.recovery.task.RecoveryTasks;
import dev.lifeboat.recovery.task.Standing;
import dev.lifeboat.recovery.task.TaskKind;
import dev.lifeboat.recovery.task.TaskState;
import dev.lifeboat.vault.key.PointKeys;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.key.SessionKey;
import dev.lifeboat.vault.key.VaultKeys;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks on a host in memory, with processes that come and go. */
class RecoveryTasksTest {

    private static final Timekeeper TIME = new SystemTimekeeper();
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);
    private static final RecoveryOrder ORDER = RecoveryHost.order(Purpose.UNPLANNED);

    @TempDir
    private Path folder;

    private final List<RecoveryTasks> agents = new ArrayList<>();
    private final HeldHomecomings homecomings = new HeldHomecomings();
    private RecoveryHost host;
    private SharedHost shared;
    private RecoveryTasks tasks;

    @BeforeEach
    void make() throws Exception {
        host = new RecoveryHost(Files.createTempDirectory(folder, "r"));
        shared = new SharedHost(host);
        tasks = agent(HostRecoveryTasks.Limits.STANDARD);
    }

    @AfterEach
    void end() {
        agents.forEach(RecoveryTasks::close);
        host.close();
    }

    private RecoveryTasks agent(HostRecoveryTasks.Limits limits) {
        RecoveryTasks agent = new HostRecoveryTasks(shared, homecomings, limits, TIME);
        agents.add(agent);
        return agent;
    }

    /** The one that stood is gone, however that came, and there is another. */
    private void nextAgent() {
        tasks.close();
        tasks = agent(HostRecoveryTasks.Limits.STANDARD);
    }

    private static PointAccess access() {
        try (RootSecret root = RootSecret.generate(SystemRandomness.secure());
                VaultKeys keys = root.keys()) {
            SessionKey key = SessionKey.generate(SystemRandomness.secure());
            return new PointAccess("file:///srv/vault", PointKeys.copyOf(keys.anchor(), Map.of(new SessionId(1), key)));
        }
    }

    private static void requireErased(PointAccess access) {
        assertThatThrownBy(() ->
                        access.keys().encode(ByteBuffer.allocate(access.keys().encodedBytes())))
                .isInstanceOf(IllegalStateException.class);
    }

    private static RecoveryOrder named(String name) {
        return new RecoveryOrder(
                name,
                ORDER.purpose(),
                ORDER.point(),
                ORDER.machines(),
                ORDER.networks(),
                ORDER.bridges(),
                ORDER.ports(),
                ORDER.readyWithin());
    }

    private RecoveryTask ended(RecoveryTask given) throws InterruptedException {
        assertThat(TIME.await(
                        LIMIT,
                        LOOK_AGAIN,
                        () -> tasks.task(given.recovery()).orElseThrow().ended().isPresent()))
                .as("%s", given)
                .isTrue();
        return tasks.task(given.recovery()).orElseThrow();
    }

    private static RecoveryReport report(RecoveryTask task) {
        assertThat(task.state()).isInstanceOf(TaskState.Done.class);
        return ((TaskState.Done) task.state()).report().orElseThrow();
    }

    private static void requireFailed(RecoveryTask task, ErrorCode code, String said) {
        assertThat(task.state()).isInstanceOfSatisfying(TaskState.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(code);
            assertThat(failed.message()).contains(said);
        });
    }

    private static void requireRefused(Runnable asked, ErrorCode code) {
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(asked::run)
                .matches(e -> e.code() == code, code.code());
    }

    private void awaitStanding(Predicate<Standing> wanted) throws InterruptedException {
        assertThat(TIME.await(
                        LIMIT, LOOK_AGAIN, () -> wanted.test(tasks.standing().orElseThrow())))
                .as("%s", tasks.standing())
                .isTrue();
    }

    @Test
    void machinesAreStartedAndItIsSaidWhatIsDone() throws Exception {
        PointAccess access = access();

        RecoveryTask given = tasks.start(ORDER, access);

        assertThat(given.kind()).isEqualTo(TaskKind.START);
        RecoveryTask done = ended(given);
        assertThat(done.lines()).anyMatch(line -> line.startsWith("web is ready"));
        shared.alone(() -> {
            host.requireStarted(ORDER, report(done));
        });
        requireErased(access);
        awaitStanding(standing -> standing.recoveries().stream().anyMatch(RecoveryReport::isReady));
    }

    @Test
    void theSameOrderWhileItIsWorkedOnIsTheSameTask() throws Exception {
        shared.holdStarts();
        RecoveryTask first = tasks.start(ORDER, access());
        PointAccess again = access();

        RecoveryTask second = tasks.start(ORDER, again);

        assertThat(second.number()).isEqualTo(first.number());
        requireErased(again);
        shared.letStartsGo();
        assertThat(report(ended(first)).isReady()).isTrue();
        assertThat(shared.starts()).isEqualTo(1);
    }

    @Test
    void theSameOrderAfterwardsLooksAfterIt() throws Exception {
        RecoveryTask first = ended(tasks.start(ORDER, access()));

        RecoveryTask second = ended(tasks.start(ORDER, access()));

        assertThat(second.number()).isNotEqualTo(first.number());
        assertThat(report(second).isReady()).isTrue();
        assertThat(tasks.tasks()).hasSize(1);
    }

    @Test
    void anotherOrderOfTheSameNameIsRefusedAndItsKeysAreErased() throws Exception {
        shared.holdStarts();
        RecoveryTask first = tasks.start(ORDER, access());
        PointAccess other = access();

        requireRefused(() -> tasks.start(RecoveryHost.order(Purpose.PLANNED), other), ErrorCode.RECOVERY_NAME_TAKEN);

        requireErased(other);
        shared.letStartsGo();
        assertThat(report(ended(first)).isReady()).isTrue();
        RecoveryTask afterwards = ended(tasks.start(RecoveryHost.order(Purpose.PLANNED), access()));
        requireFailed(afterwards, ErrorCode.RECOVERY_NAME_TAKEN, "ordered differently");
    }

    @Test
    void aBoundedNumberIsWorkedOnAtOnce() throws Exception {
        shared.holdStarts();
        for (int i = 0; i < HostRecoveryTasks.MOST_AT_ONCE; i++) {
            RecoveryTask _ = tasks.start(named("r" + i), access());
        }
        PointAccess more = access();

        requireRefused(() -> tasks.start(named("more"), more), ErrorCode.AGENT_TASKS_FULL);
        requireRefused(() -> tasks.end("other"), ErrorCode.AGENT_TASKS_FULL);

        requireErased(more);
        assertThat(tasks.task("more")).isEmpty();
        // What is worked on can be ended all the same.
        assertThat(ended(tasks.end("r0")).kind()).isEqualTo(TaskKind.END);
    }

    @Test
    void aVaultThatDoesNotOpenFailsTheTaskAndChangesNothing() throws Exception {
        shared.failToOpen(new LifeboatException(ErrorCode.VAULT_FOREIGN, "It is another vault."));
        PointAccess access = access();

        requireFailed(ended(tasks.start(ORDER, access)), ErrorCode.VAULT_FOREIGN, "another vault");

        requireErased(access);
        shared.alone(() -> {
            host.requireNothingLeft();
        });
    }

    @Test
    void whatStandsAgainstItIsToldAndNothingIsChanged() throws Exception {
        shared.alone(() -> {
            var _ = host.machines.add("web");
        });

        RecoveryTask refused = ended(tasks.start(ORDER, access()));

        requireFailed(refused, ErrorCode.RECOVERY_REFUSED, "web");
        assertThat(tasks.standing().orElseThrow().recoveries()).isEmpty();
    }

    @Test
    void waitingForAMachineForDaysIsRefused() {
        RecoveryOrder patient = new RecoveryOrder(
                "shop",
                ORDER.purpose(),
                ORDER.point(),
                ORDER.machines(),
                ORDER.networks(),
                ORDER.bridges(),
                ORDER.ports(),
                Duration.ofMillis(Long.MAX_VALUE));
        requireRefused(() -> tasks.start(patient, access()), ErrorCode.RECOVERY_REFUSED);
    }

    @Test
    void whatARecoveryLeavesWhoseAgentDiesIsSeenAndCompletedByTheNext() throws Exception {
        for (int call = 1; call < 200; call += 3) {
            PlannedFault death = new PlannedFault(call, Fault.DEATH_AFTER);
            shared.plan(death);
            RecoveryTask given = ended(tasks.start(ORDER, access()));
            if (!death.met()) {
                assertThat(report(given).isReady()).isTrue();
                return;
            }
            nextAgent();
            shared.plan(PlannedFault.none());
            assertThat(tasks.task("shop")).isEmpty();
            awaitStanding(standing -> standing.seen().isPresent());

            RecoveryTask done = ended(tasks.start(ORDER, access()));

            shared.alone(() -> {
                host.requireStarted(ORDER, report(done));
            });
            assertThat(ended(tasks.end("shop")).state())
                    .isEqualTo(new TaskState.Done(Optional.empty(), Optional.empty()));
            shared.alone(() -> {
                host.requireNothingLeft();
            });
        }
        throw new AssertionError("no end was reached");
    }

    @Test
    void afterTheHostLostItsPowerTheKeyIsAskedForAndThenItGoesOn() throws Exception {
        RecoveryTask _ = ended(tasks.start(ORDER, access()));
        shared.alone(() -> {
            host.losePower();
        });
        nextAgent();

        awaitStanding(standing -> standing.recoveries().stream()
                .flatMap(recovery -> recovery.faults().stream())
                .anyMatch(fault -> fault.contains("with the vault's key")));
        RecoveryTask done = ended(tasks.start(ORDER, access()));

        shared.alone(() -> {
            host.requireStarted(ORDER, report(done));
        });
    }

    @Test
    void endingBreaksOffAStart() throws Exception {
        RecoveryTask _ = ended(tasks.start(ORDER, access()));
        shared.holdStarts();
        PointAccess access = access();
        RecoveryTask _ = tasks.start(ORDER, access);

        RecoveryTask given = tasks.end("shop");

        assertThat(tasks.end("shop").number()).isEqualTo(given.number());
        RecoveryTask done = ended(given);
        assertThat(done.state()).isEqualTo(new TaskState.Done(Optional.empty(), Optional.empty()));
        assertThat(done.lines()).containsExactly("It is being started; that is broken off.");
        requireErased(access);
        shared.alone(() -> {
            host.requireNothingLeft();
        });
    }

    @Test
    void whatIsNotThereIsNotEnded() throws Exception {
        requireFailed(ended(tasks.end("nobody")), ErrorCode.RECOVERY_UNKNOWN, "nobody");
        requireRefused(() -> tasks.end("../etc"), ErrorCode.VAULT_NAME_INVALID);
    }

    @Test
    void aTaskThatTakesTooLongIsBrokenOff() throws Exception {
        Duration ready = ORDER.readyWithin().multipliedBy(ORDER.machines().size());
        tasks = agent(new HostRecoveryTasks.Limits(
                Duration.ofMillis(50).minus(ready), Duration.ofMinutes(1), Duration.ofMillis(50)));
        shared.holdStarts();
        PointAccess access = access();

        RecoveryTask stopped = ended(tasks.start(ORDER, access));

        requireFailed(stopped, ErrorCode.AGENT_TASK_STOPPED, "not done within");
        requireErased(access);
    }

    @Test
    void anAgentThatStopsBreaksOffWhatItDoes() throws Exception {
        shared.holdStarts();
        PointAccess access = access();
        RecoveryTask given = tasks.start(ORDER, access);

        tasks.close();

        requireFailed(tasks.task(given.recovery()).orElseThrow(), ErrorCode.AGENT_TASK_STOPPED, "the agent stops");
        requireErased(access);
    }

    @Test
    void guestsThatWerePausedGoOnAndThatIsRemembered() throws Exception {
        RecoveryTask _ = ended(tasks.start(ORDER, access()));
        // This agent would look after it too, and nobody would be asked what it did.
        tasks.close();
        shared.alone(() -> {
            host.disks.storeAnswers(false);
            assertThat(host.machine("web").read("vda", 0, 512)).isEmpty();
            host.disks.storeAnswers(true);
        });
        nextAgent();

        awaitStanding(standing -> !standing.resumed().isEmpty());

        assertThat(tasks.standing().orElseThrow().resumed())
                .extracting(Standing.Resumption::machine)
                .containsExactly("web of shop");
        shared.alone(() -> {
            assertThat(host.machine("web").state()).isEqualTo(PowerState.RUNNING);
        });
    }

    private static HomeOrder home(Deed deed) {
        return new HomeOrder(deed, ORDER.point(), Optional.empty(), true);
    }

    @Test
    void aGroupComesHomeAndItsKeysAreErased() throws Exception {
        PointAccess access = access();

        RecoveryTask done = ended(tasks.bringHome(home(Deed.FOLLOW), access));

        assertThat(done.kind()).isEqualTo(TaskKind.FOLLOW);
        assertThat(done.recovery()).isEqualTo(ORDER.point().group());
        assertThat(done.lines()).containsExactly("follow");
        assertThat(done.state())
                .isInstanceOfSatisfying(
                        TaskState.Done.class,
                        state -> assertThat(state.home().orElseThrow().stage()).isEqualTo(HomeStage.FOLLOWING));
        requireErased(access);
        assertThat(ended(tasks.bringHome(home(Deed.BRING_HOME), access())).kind())
                .isEqualTo(TaskKind.BRING_HOME);
    }

    @Test
    void oneTaskWorksOnAGroupThatComesHome() throws Exception {
        homecomings.hold();
        RecoveryTask first = tasks.bringHome(home(Deed.FOLLOW), access());
        PointAccess again = access();
        PointAccess other = access();
        PointAccess start = access();

        assertThat(tasks.bringHome(home(Deed.FOLLOW), again).number()).isEqualTo(first.number());
        requireRefused(() -> tasks.bringHome(home(Deed.BRING_HOME), other), ErrorCode.RECOVERY_NAME_TAKEN);
        requireRefused(() -> tasks.start(named(first.recovery()), start), ErrorCode.RECOVERY_NAME_TAKEN);
        requireRefused(() -> tasks.end(first.recovery()), ErrorCode.RECOVERY_BUSY);

        requireErased(again);
        requireErased(other);
        requireErased(start);
        homecomings.letGo();
        assertThat(ended(first).state()).isInstanceOf(TaskState.Done.class);
    }

    @Test
    void aGroupThatTakesTooLongToComeHomeIsBrokenOff() throws Exception {
        tasks = agent(
                new HostRecoveryTasks.Limits(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMillis(50)));
        homecomings.hold();
        PointAccess access = access();

        requireFailed(
                ended(tasks.bringHome(home(Deed.FOLLOW), access)), ErrorCode.AGENT_TASK_STOPPED, "not done within");

        requireErased(access);
    }

    @Test
    void onlyTheLastLinesAreKept() throws Exception {
        shared.sayMuch(1000);

        RecoveryTask done = ended(tasks.start(ORDER, access()));

        assertThat(done.lines()).hasSize(200).allMatch(line -> line.length() <= 1000);
        assertThat(done.firstLine()).isGreaterThan(800);
        assertThat(done.lines()).anyMatch(line -> line.startsWith("web is ready"));
    }
}
