package dev.lifeboat.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorFault;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.RealmId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The process dies at every call that starting and ending a recovery makes to the hypervisor, the networks and the
 * disks, before it is done and after; or a call fails, or its answer is lost. Another process goes on, and the end is
 * the same: all is there once, or nothing is left. The journal is written between two such calls, so dying before and
 * after each of its writings is among them.
 */
@Timeout(600)
@SuppressWarnings("NullAway.Init") // the folder is made by JUnit
class CrashTest {

    /** More calls than a recovery makes. */
    private static final int MOST_CALLS = 300;

    private static final int FEWEST_CALLS_OF_A_START = 40;
    private static final int FEWEST_CALLS_OF_AN_END = 10;
    private static final int STORIES = 60;
    private static final List<Fault> FAULTS =
            List.of(Fault.DEATH_BEFORE, Fault.DEATH_AFTER, Fault.REFUSED, Fault.ANSWER_LOST);

    /** An end that fails is tried again; the faults of these tests come once. */
    private static final int MOST_ENDS = 3;

    @TempDir
    private Path folder;

    /** What a host goes through around one fault; told whether it was met. */
    @FunctionalInterface
    private interface Story {
        void goThrough(RecoveryHost host, PlannedFault fault) throws Exception;
    }

    private void atEveryCall(Fault kind, int fewest, Story story) throws Exception {
        int call = 1;
        boolean met = true;
        while (met && call < MOST_CALLS) {
            PlannedFault fault = new PlannedFault(call, kind);
            try (RecoveryHost host = new RecoveryHost(Files.createTempDirectory(folder, "c"))) {
                story.goThrough(host, fault);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("%s at call %d: %s".formatted(kind, call, fault), e);
            }
            met = fault.met();
            call++;
        }
        assertThat(call).as("calls").isBetween(fewest, MOST_CALLS - 1);
    }

    /** What a process does. */
    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    /** By what it ended: its death, or a failure that it told. */
    private static Optional<Throwable> failure(Work work) throws Exception {
        try {
            work.run();
            return Optional.empty();
        } catch (HypervisorFault.Crash | HypervisorException | LifeboatException e) {
            return Optional.of(e);
        }
    }

    private static boolean isCode(Throwable failure, ErrorCode... codes) {
        return failure instanceof LifeboatException told && List.of(codes).contains(told.code());
    }

    /** A process that may die of it. */
    private static void startAndMayFail(RecoveryHost host, PlannedFault fault, RecoveryOrder order) throws Exception {
        Optional<Throwable> failure = failure(
                () -> assertThat(host.process(fault).start(order, line -> {}).isReady())
                        .isTrue());
        assertThat(failure.isEmpty() || fault.met()).as("%s", failure).isTrue();
        host.requireInvariants();
        assertThat(host.process().observe()).hasSizeLessThanOrEqualTo(1);
    }

    private static void endAndMayFail(RecoveryHost host, PlannedFault fault) throws Exception {
        List<String> left = new ArrayList<>();
        Optional<Throwable> failure =
                failure(() -> left.addAll(host.process(fault).end("shop")));
        assertThat((failure.isEmpty() && left.isEmpty()) || fault.met())
                .as("%s %s", failure, left)
                .isTrue();
        host.requireInvariants();
    }

    /** By other processes, until it has ended. */
    private static void end(RecoveryHost host) throws Exception {
        for (int i = 0; i < MOST_ENDS; i++) {
            List<String> left = new ArrayList<>();
            Optional<Throwable> failure =
                    failure(() -> left.addAll(host.process().end("shop")));
            assertThat(failure.filter(told -> !isCode(told, ErrorCode.RECOVERY_UNKNOWN)))
                    .isEmpty();
            if (left.isEmpty()) {
                break;
            }
        }
        host.requireNothingLeft();
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> host.process().end("shop"))
                .matches(e -> e.code() == ErrorCode.RECOVERY_UNKNOWN);
    }

    /** Once an identity was written down it is the machine's, whoever goes on. */
    private static void requireSame(Map<String, String> before, RecoveryHost host) {
        if (!before.isEmpty()) {
            assertThat(host.identities()).isEqualTo(before);
        }
    }

    private static void goOn(RecoveryHost host, RecoveryOrder order) throws Exception {
        Map<String, String> before = host.identities();
        host.requireStarted(order, host.start(order));
        requireSame(before, host);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void anotherProcessCompletesAStart(Fault kind) throws Exception {
        RecoveryOrder order = RecoveryHost.order(Purpose.UNPLANNED);
        atEveryCall(kind, FEWEST_CALLS_OF_A_START, (host, fault) -> {
            startAndMayFail(host, fault, order);
            goOn(host, order);
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"DEATH_AFTER", "ANSWER_LOST"})
    void anotherProcessCompletesTheStartOfATest(Fault kind) throws Exception {
        RecoveryOrder order = RecoveryHost.order(Purpose.TEST);
        atEveryCall(kind, FEWEST_CALLS_OF_A_START, (host, fault) -> {
            startAndMayFail(host, fault, order);
            goOn(host, order);
        });
    }

    @Test
    void theStartIsCompletedAfterTheHostHasLostItsPowerInTheMiddle() throws Exception {
        RecoveryOrder order = RecoveryHost.order(Purpose.UNPLANNED);
        atEveryCall(Fault.DEATH_AFTER, FEWEST_CALLS_OF_A_START, (host, fault) -> {
            startAndMayFail(host, fault, order);
            host.losePower();
            host.requireInvariants();
            goOn(host, order);
        });
    }

    @Test
    void whoLooksAfterWhatIsStartedAndDiesHasDoneNoHarm() throws Exception {
        RecoveryOrder order = RecoveryHost.order(Purpose.UNPLANNED);
        atEveryCall(Fault.DEATH_AFTER, 20, (host, fault) -> {
            host.requireStarted(order, host.start(order));
            startAndMayFail(host, fault, order);
            goOn(host, order);
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"DEATH_AFTER", "ANSWER_LOST"})
    void halfAStartIsEndedWithoutATrace(Fault kind) throws Exception {
        RecoveryOrder order = RecoveryHost.order(Purpose.UNPLANNED);
        atEveryCall(kind, FEWEST_CALLS_OF_A_START, (host, fault) -> {
            startAndMayFail(host, fault, order);
            end(host);
        });
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void anotherProcessCompletesAnEnd(Fault kind) throws Exception {
        RecoveryOrder order = RecoveryHost.order(Purpose.UNPLANNED);
        atEveryCall(kind, FEWEST_CALLS_OF_AN_END, (host, fault) -> {
            host.requireStarted(order, host.start(order));
            endAndMayFail(host, fault);
            end(host);
        });
    }

    @Test
    void whatIsBeingEndedIsNotStartedAgainBeforeItHasEnded() throws Exception {
        RecoveryOrder order = RecoveryHost.order(Purpose.UNPLANNED);
        atEveryCall(Fault.DEATH_AFTER, FEWEST_CALLS_OF_AN_END, (host, fault) -> {
            RecoveryReport _ = host.start(order);
            endAndMayFail(host, fault);
            startsAnewOrIsRefused(host, order);
            end(host);
        });
    }

    private static void startsAnewOrIsRefused(RecoveryHost host, RecoveryOrder order) throws Exception {
        boolean wasThere = !host.process().observe().isEmpty();
        Optional<Throwable> refused = failure(() -> host.requireStarted(order, host.start(order)));
        assertThat(refused.isEmpty() || wasThere).isTrue();
        assertThat(refused.filter(
                        told -> !isCode(told, ErrorCode.RECOVERY_NAME_TAKEN, ErrorCode.RECOVERY_JOURNAL_LOST)))
                .isEmpty();
        host.requireInvariants();
    }

    /** The last thing that an end does: files go one after the other. */
    @Test
    void whoDiesAmongTheFilesLeavesWhatCanBeEndedAndDoesNotPassForAnother() throws Exception {
        RecoveryOrder order = RecoveryHost.order(Purpose.UNPLANNED);
        int deleted = 0;
        int files = 1;
        while (deleted <= files) {
            try (RecoveryHost host = new RecoveryHost(Files.createTempDirectory(folder, "f"))) {
                RecoveryReport _ = host.start(order);
                host.networks.holdOn("process 17");
                assertThat(host.process().end("shop")).isNotEmpty();
                host.networks.holdOn();
                host.networks.connect().remove(RealmId.of(new Label("shop")));
                List<Path> all = files(host.recoveries.resolve("shop"));
                files = all.size();
                for (Path file : all.subList(0, Math.min(deleted, files))) {
                    Files.delete(file);
                }
                startsAnewOrIsRefused(host, order);
                end(host);
            }
            deleted++;
        }
        assertThat(files).isGreaterThan(8);
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.sorted(Comparator.reverseOrder()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void withoutItsJournalARecoveryIsNotBegunAnewOverWhatItsMachinesWrote() throws Exception {
        RecoveryOrder order = RecoveryHost.order(Purpose.UNPLANNED);
        try (RecoveryHost host = new RecoveryHost(Files.createTempDirectory(folder, "j"))) {
            RecoveryReport _ = host.start(order);
            Path overlay = host.recoveries.resolve("shop/web/vda.qcow2");
            Path journal = host.recoveries.resolve("shop/recovery.json");
            for (String damage : List.of("", "{", "{\"format\": \"lifeboat-recovery\", \"version\": 1}")) {
                Files.writeString(journal, damage);
                assertThatExceptionOfType(LifeboatException.class)
                        .isThrownBy(() -> host.start(order))
                        .matches(e -> e.code() == ErrorCode.RECOVERY_JOURNAL_LOST);
                assertThat(overlay).exists();
                assertThat(host.machines.machines()).hasSize(2).allMatch(machine -> machine.starts() == 1);
            }
            end(host);
        }
    }

    @Test
    void whereverManyProcessesDieOneAfterTheOtherTheEndIsTheSame() throws Exception {
        for (long seed = 1; seed <= STORIES; seed++) {
            try (RecoveryHost host = new RecoveryHost(Files.createTempDirectory(folder, "s"))) {
                manyDie(host, new Random(seed));
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed %d".formatted(seed), e);
            }
        }
    }

    private static void manyDie(RecoveryHost host, Random random) throws Exception {
        RecoveryOrder order = RecoveryHost.order(random.nextBoolean() ? Purpose.UNPLANNED : Purpose.TEST);
        Map<String, String> identities = Map.of();
        for (int i = random.nextInt(8); i > 0; i--) {
            startAndMayFail(host, anyFault(random, 80), order);
            requireSame(identities, host);
            identities = host.identities();
            if (random.nextInt(4) == 0) {
                host.losePower();
            }
        }
        goOn(host, order);
        requireSame(identities, host);
        for (int i = random.nextInt(4); i > 0 && !host.process().observe().isEmpty(); i--) {
            endAndMayFail(host, anyFault(random, 20));
        }
        end(host);
    }

    private static PlannedFault anyFault(Random random, int calls) {
        return new PlannedFault(1 + random.nextInt(calls), FAULTS.get(random.nextInt(FAULTS.size())));
    }
}
