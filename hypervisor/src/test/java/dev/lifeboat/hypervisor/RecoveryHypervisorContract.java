package dev.lifeboat.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.hypervisor.CheckpointState.Tracking;
import dev.lifeboat.hypervisor.DiskChain.DiskWork;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.nbd.NbdAddress;
import dev.lifeboat.nbd.NbdClient;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every hypervisor does that machines are recovered on, see {@link RecoveryHypervisor}. */
@SuppressWarnings("NullAway.Init") // made before each test
public abstract class RecoveryHypervisorContract {

    private static final int CLUSTER = TestHost.CLUSTER_BYTES;
    private static final String OWNER = "run 17";
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Slow enough to be met under way: the disk takes some eight seconds. */
    private static final long SLOW = TestHost.DISK_BYTES / 8;

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final AtomicInteger MACHINES = new AtomicInteger();
    private static final CheckpointName FIRST = new CheckpointName("lifeboat-0001-0");
    private static final CheckpointName SECOND = new CheckpointName("lifeboat-0002-0");

    private TestHost host;
    private RecoveryHypervisor hypervisor;
    private String name;
    private TestHost.Overlay overlay;
    private MachineDescription described;
    private MachineId machine;

    /** A host that other tests may have machines on. */
    protected abstract TestHost host() throws Exception;

    /** The machine was described, and its host is gone. */
    @BeforeEach
    void describeAMachine() throws Exception {
        host = host();
        hypervisor = host.connect();
        name = "recovered-%d".formatted(MACHINES.incrementAndGet());
        machine = host.add(name, List.of("vda", "vdb"));
        described = hypervisor.describe(machine);
        hypervisor.undefine(machine);
        overlay = host.overlay(name + "-overlay");
    }

    @AfterEach
    void removeTheMachines() throws Exception {
        for (MachineId placed : hypervisor.recovered().keySet()) {
            hypervisor.endCapture(placed);
            hypervisor.powerOff(placed);
            hypervisor.remove(placed);
        }
        hypervisor.close();
    }

    // Adapting and placing

    @Test
    void aMachineIsPlacedUnderItsIdentityAndWhatIsDifferentIsTold() throws Exception {
        AdaptedMachine adapted = hypervisor.adapt(described, wanted(name + "-here"));
        assertThat(adapted.id()).isEqualTo(machine);
        assertThat(adapted.memoryBytes()).isPositive();
        assertThat(adapted.processors()).isEqualTo(1);
        assertThat(adapted.adaptations())
                .anySatisfy(sentence -> assertThat(sentence).contains("is called '%s-here' here".formatted(name)))
                .anySatisfy(sentence -> assertThat(sentence).contains("Disk vdb is not there"));

        assertThat(hypervisor.place(adapted)).isEqualTo(machine);
        assertThat(hypervisor.machines()).contains(new Machine(machine, name + "-here", PowerState.OFF));
        assertThat(hypervisor.recovered()).containsEntry(machine, OWNER);
        assertThat(hypervisor.describe(machine).disks()).singleElement().satisfies(disk -> {
            assertThat(disk.name()).isEqualTo("vda");
            assertThat(disk.source()).isEqualTo(overlay.file().toString());
            assertThat(disk.tracking()).isEqualTo(DiskDescription.TrackingKind.PERSISTENT);
        });
    }

    @Test
    void theSameIsAdaptedToTheSameAndPlacedOnce() throws Exception {
        AdaptedMachine adapted = hypervisor.adapt(described, wanted(name));
        assertThat(hypervisor.adapt(described, wanted(name)).definition()).isEqualTo(adapted.definition());
        assertThat(hypervisor.machines()).noneMatch(one -> one.id().equals(machine));
        hypervisor.place(adapted);
        hypervisor.start(machine, false);
        assertThat(hypervisor.place(adapted)).isEqualTo(machine);
        assertThat(state()).isEqualTo(PowerState.RUNNING);
    }

    @Test
    void aCopyWithANewIdentityStandsBesideTheMachine() throws Exception {
        hypervisor.place(hypervisor.adapt(described, wanted(name)));
        MachineId other = new MachineId(new UUID(2, MACHINES.get()));
        TestHost.Overlay second = host.overlay(name + "-second");
        AdaptedMachine copy = hypervisor.adapt(
                described,
                new Adaptation(
                        name + "-test",
                        OWNER,
                        Optional.of(other),
                        Optional.empty(),
                        Map.of("vda", second.file()),
                        Map.of(),
                        host.folder()));
        assertThat(copy.adaptations())
                .anySatisfy(sentence -> assertThat(sentence).contains("new identity"));
        assertThat(hypervisor.place(copy)).isEqualTo(other);
        assertThat(hypervisor.recovered()).containsKeys(machine, other);
        assertThat(hypervisor.describe(other).interfaces())
                .extracting(NetworkInterface::mac)
                .isEqualTo(described.interfaces().stream()
                        .map(NetworkInterface::mac)
                        .toList());
    }

    @Test
    void whatIsSomebodyElsesIsNotTakenOver() throws Exception {
        hypervisor.place(hypervisor.adapt(described, wanted(name)));
        Adaptation byAnother =
                new Adaptation(name, "run 18", Optional.empty(), Optional.empty(), Map.of(), Map.of(), host.folder());
        refused(Kind.WRONG_STATE, () -> hypervisor.place(hypervisor.adapt(described, byAnother)));
        assertThat(hypervisor.recovered()).containsEntry(machine, OWNER);

        MachineId own = host.add(name + "-own", List.of());
        MachineDescription ofOwn = hypervisor.describe(own);
        refused(Kind.WRONG_STATE, () -> hypervisor.place(hypervisor.adapt(ofOwn, wanted(name + "-own"))));
        refused(Kind.WRONG_STATE, () -> hypervisor.remove(own));
        assertThat(hypervisor.recovered()).doesNotContainKey(own);
        hypervisor.undefine(own);
    }

    @Test
    void aNameThatIsTakenIsRefused() throws Exception {
        MachineId own = host.add(name, List.of());
        Adaptation wanted = new Adaptation(
                name,
                OWNER,
                Optional.of(new MachineId(new UUID(3, MACHINES.get()))),
                Optional.empty(),
                Map.of("vda", overlay.file()),
                Map.of(),
                host.folder());
        refused(Kind.WRONG_STATE, () -> hypervisor.place(hypervisor.adapt(described, wanted)));
        assertThat(hypervisor.recovered()).isEmpty();
        hypervisor.undefine(own);
    }

    @Test
    void anotherHypervisorsMachineIsRefused() {
        MachineDescription foreign = new MachineDescription(
                described.machine(),
                described.host(),
                "another",
                described.definition(),
                described.disks(),
                described.interfaces(),
                described.files(),
                described.notCovered());
        refused(Kind.UNSUPPORTED, () -> hypervisor.adapt(foreign, wanted(name)));
    }

    @Test
    void aPlacedMachineIsRemovedWhenItIsOffAndTwice() throws Exception {
        hypervisor.place(hypervisor.adapt(described, wanted(name)));
        hypervisor.start(machine, true);
        checkpoint(FIRST);
        refused(Kind.WRONG_STATE, () -> hypervisor.remove(machine));
        hypervisor.powerOff(machine);
        hypervisor.remove(machine);
        hypervisor.remove(machine);
        assertThat(hypervisor.machines()).noneMatch(one -> one.id().equals(machine));
        assertThat(hypervisor.recovered()).isEmpty();
    }

    @Test
    void aSettledMachineIsTheHostsOwnAlsoWhileItRuns() throws Exception {
        hypervisor.place(hypervisor.adapt(described, wanted(name)));
        hypervisor.start(machine, false);
        hypervisor.settle(machine);
        hypervisor.settle(machine);
        assertThat(hypervisor.recovered()).isEmpty();
        assertThat(state()).isEqualTo(PowerState.RUNNING);
        hypervisor.powerOff(machine);
        refused(Kind.WRONG_STATE, () -> hypervisor.remove(machine));
        hypervisor.undefine(machine);
    }

    @Test
    void aDiskOfAMachineThatIsOffIsKeptInAnotherFileFromItsNextStartOn() throws Exception {
        hypervisor.place(hypervisor.adapt(described, wanted(name)));
        TestHost.Overlay other = host.overlay(name + "-other");
        Map<String, DiskFile> elsewhere = Map.of("vda", new DiskFile(other.file(), "qcow2"));
        hypervisor.keepDisksIn(machine, elsewhere);
        hypervisor.keepDisksIn(machine, elsewhere);
        assertThat(hypervisor.describe(machine).disks())
                .singleElement()
                .satisfies(
                        disk -> assertThat(disk.source()).isEqualTo(other.file().toString()));
        assertThat(hypervisor.recovered()).containsEntry(machine, OWNER);
        refused(Kind.FAILED, () -> hypervisor.keepDisksIn(machine, Map.of("vdx", new DiskFile(other.file(), "qcow2"))));

        hypervisor.start(machine, true);
        assertThat(hypervisor.diskChain(machine, "vda").images())
                .containsExactly(other.file().toString(), other.beneath().toString());
        refused(Kind.WRONG_STATE, () -> hypervisor.keepDisksIn(machine, elsewhere));
    }

    // Running over something

    @Test
    void theGuestSeesWhatLiesBeneathAndWhatItWritesIsTrackedFromTimeZero() throws Exception {
        startWithACheckpoint();
        host.write(machine, "vda", 2 * CLUSTER, CLUSTER, (byte) 1);
        FrozenView view = hypervisor.beginCapture(
                machine, new CaptureOrder(Optional.of(FIRST), Optional.of(SECOND), List.of("vda")));
        assertThat(read(view, 0)).containsOnly(TestHost.BENEATH);
        assertThat(read(view, 2 * CLUSTER)).containsOnly(1);
        hypervisor.endCapture(machine);
        assertThat(intact()).isEqualTo(Map.of(FIRST, Tracking.INTACT, SECOND, Tracking.INTACT));
    }

    @Test
    void whatTheGuestWroteOverWhatLiesBeneathIsToldFromWhenItWasHeldOnAndForGood() throws Exception {
        startWithACheckpoint();
        assertThat(own()).isEmpty();
        host.write(machine, "vda", 2 * CLUSTER, CLUSTER, (byte) 1);
        host.write(machine, "vda", 5 * CLUSTER + 4096, 4096, (byte) 2);
        hypervisor.suspend(machine);
        assertThat(own()).containsExactly(2, 5);
        hypervisor.resume(machine);
        host.write(machine, "vda", 9 * CLUSTER, CLUSTER, (byte) 3);
        host.discard(machine, "vda", 2 * CLUSTER, CLUSTER);
        assertThat(own()).contains(2, 5).doesNotContain(0, 1, 3, 4, 6);
        hypervisor.suspend(machine);
        assertThat(own()).containsExactly(2, 5, 9);
        hypervisor.resume(machine);

        host.kill(machine);
        await(() -> state() == PowerState.OFF);
        refused(Kind.WRONG_STATE, () -> hypervisor.ownRanges(machine, "vda"));
        hypervisor.start(machine, false);
        assertThat(own()).containsExactly(2, 5, 9);
        FrozenView view =
                hypervisor.beginCapture(machine, new CaptureOrder(Optional.empty(), Optional.empty(), List.of("vda")));
        assertThat(own()).containsExactly(2, 5, 9);
        assertThat(read(view, 2 * CLUSTER)).containsOnly(0);
        assertThat(read(view, 3 * CLUSTER)).containsOnly(TestHost.BENEATH);
    }

    @Test
    void aDiskThatDoesNotLieOverOneOtherThingTellsNothingOfIt() throws Exception {
        startWithACheckpoint();
        refused(Kind.FAILED, () -> hypervisor.ownRanges(machine, "vdx"));
        hypervisor.beginPull(machine, "vda", 0);
        awaitStandsAlone();
        refused(Kind.UNSUPPORTED, () -> hypervisor.ownRanges(machine, "vda"));
    }

    @Test
    void aCheckpointThatHasLostItsTrackingMayStayUntilAnotherIsProven() throws Exception {
        startWithACheckpoint();
        host.kill(machine);
        await(() -> state() == PowerState.OFF);
        hypervisor.start(machine, false);
        assertThat(intact()).isEqualTo(Map.of(FIRST, Tracking.MISSING));
        checkpoint(SECOND);
        assertThat(intact()).isEqualTo(Map.of(FIRST, Tracking.MISSING, SECOND, Tracking.INTACT));
        hypervisor.dropCheckpoint(machine, SECOND);
        assertThat(intact()).isEqualTo(Map.of(FIRST, Tracking.MISSING));
        checkpoint(SECOND);
        hypervisor.dropCheckpoint(machine, FIRST);
        host.write(machine, "vda", CLUSTER, CLUSTER, (byte) 1);
        assertThat(intact()).isEqualTo(Map.of(SECOND, Tracking.INTACT));
        FrozenView view = hypervisor.beginCapture(
                machine, new CaptureOrder(Optional.of(SECOND), Optional.empty(), List.of("vda")));
        assertThat(read(view, CLUSTER)).containsOnly(1);
    }

    @Test
    void aDisksImagesAreToldWhileItRuns() throws Exception {
        hypervisor.place(hypervisor.adapt(described, wanted(name)));
        refused(Kind.WRONG_STATE, () -> hypervisor.diskChain(machine, "vda"));
        hypervisor.start(machine, true);
        assertThat(hypervisor.diskChain(machine, "vda"))
                .isEqualTo(new DiskChain(
                        List.of(overlay.file().toString(), overlay.beneath().toString()), Optional.empty()));
        refused(Kind.FAILED, () -> hypervisor.diskChain(machine, "vdx"));
    }

    @Test
    void aPulledDiskStandsAloneAndItsTrackingTellsOfTheGuestsWritesOnly() throws Exception {
        startWithACheckpoint();
        host.write(machine, "vda", CLUSTER, CLUSTER, (byte) 1);
        hypervisor.beginPull(machine, "vda", 0);
        awaitStandsAlone();
        hypervisor.beginPull(machine, "vda", 0);
        assertThat(hypervisor.diskChain(machine, "vda").standsAlone()).isTrue();
        FrozenView view = hypervisor.beginCapture(
                machine, new CaptureOrder(Optional.of(FIRST), Optional.empty(), List.of("vda")));
        assertThat(read(view, 0)).containsOnly(TestHost.BENEATH);
        assertThat(read(view, CLUSTER)).containsOnly(1);
        hypervisor.endCapture(machine);
        assertThat(intact()).containsEntry(FIRST, Tracking.INTACT);
    }

    @Test
    void aPullThatIsStoppedGoesOnWhereItWas() throws Exception {
        startWithACheckpoint();
        hypervisor.beginPull(machine, "vda", SLOW);
        hypervisor.beginPull(machine, "vda", SLOW);
        DiskWork work = hypervisor.diskChain(machine, "vda").work().orElseThrow();
        assertThat(work.kind()).isEqualTo(DiskWork.Kind.PULL);
        refused(
                Kind.BUSY,
                () -> hypervisor.beginCapture(
                        machine, new CaptureOrder(Optional.empty(), Optional.empty(), List.of("vda"))));
        hypervisor.stopDiskWork(machine, "vda");
        hypervisor.stopDiskWork(machine, "vda");
        assertThat(hypervisor.diskChain(machine, "vda").work()).isEmpty();
        checkpoint(SECOND);
        hypervisor.beginPull(machine, "vda", 0);
        awaitStandsAlone();
    }

    @Test
    void nothingIsPulledOrCommittedWhileACaptureIsUnderWay() throws Exception {
        startWithACheckpoint();
        hypervisor.beginCapture(machine, new CaptureOrder(Optional.empty(), Optional.empty(), List.of("vda")));
        refused(Kind.BUSY, () -> hypervisor.beginPull(machine, "vda", 0));
        refused(Kind.BUSY, () -> hypervisor.beginCommit(machine, "vda", overlay.beneath()));
        hypervisor.stopDiskWork(machine, "vda");
        assertThat(hypervisor.capture(machine)).isPresent();
    }

    @Test
    void aCommittedDiskIsOnTheImageBeneathWithAllThatTheGuestWroteAlsoAtItsNextStart() throws Exception {
        startWithACheckpoint();
        host.write(machine, "vda", 3 * CLUSTER, CLUSTER, (byte) 4);
        Path beneath = overlay.beneath();
        refused(
                Kind.FAILED,
                () -> hypervisor.beginCommit(machine, "vda", overlay.file().resolveSibling("else")));
        refused(Kind.WRONG_STATE, () -> hypervisor.finishCommit(machine, "vda", beneath));
        hypervisor.beginCommit(machine, "vda", beneath);
        hypervisor.beginCommit(machine, "vda", beneath);
        await(() -> hypervisor
                .diskChain(machine, "vda")
                .work()
                .filter(DiskWork::ready)
                .isPresent());
        hypervisor.finishCommit(machine, "vda", beneath);
        hypervisor.finishCommit(machine, "vda", beneath);
        assertThat(hypervisor.diskChain(machine, "vda"))
                .isEqualTo(new DiskChain(List.of(beneath.toString()), Optional.empty()));
        hypervisor.powerOff(machine);
        hypervisor.start(machine, true);
        FrozenView view =
                hypervisor.beginCapture(machine, new CaptureOrder(Optional.empty(), Optional.empty(), List.of("vda")));
        assertThat(read(view, 0)).containsOnly(TestHost.BENEATH);
        assertThat(read(view, 3 * CLUSTER)).containsOnly(4);
    }

    @Test
    void aCommitThatIsStoppedLeavesTheGuestOnItsImage() throws Exception {
        startWithACheckpoint();
        hypervisor.beginCommit(machine, "vda", overlay.beneath());
        hypervisor.stopDiskWork(machine, "vda");
        assertThat(hypervisor.diskChain(machine, "vda").images())
                .containsExactly(overlay.file().toString(), overlay.beneath().toString());
    }

    // Room and guests

    @Test
    void aHostTellsWhatItHasLeftAndWhatItsMachinesWerePromised() throws Exception {
        HostRoom before = hypervisor.room(host.folder().resolve("not/there/yet"));
        assertThat(before.processors()).isPositive();
        assertThat(before.folderBytes()).isPositive();
        assertThat(before.freeMemoryBytes()).isPositive().isLessThanOrEqualTo(before.memoryBytes());
        AdaptedMachine adapted = hypervisor.adapt(described, wanted(name));
        hypervisor.place(adapted);
        assertThat(hypervisor.room(host.folder()).promisedBytes()).isEqualTo(before.promisedBytes());
        hypervisor.start(machine, true);
        assertThat(hypervisor.room(host.folder()).promisedBytes())
                .isEqualTo(before.promisedBytes() + adapted.memoryBytes());
    }

    @Test
    void aGuestWithoutAnAgentIsSilent() throws Exception {
        hypervisor.place(hypervisor.adapt(described, wanted(name)));
        assertThat(hypervisor.guestAnswers(machine, PATIENCE)).isFalse();
        hypervisor.start(machine, false);
        assertThat(hypervisor.guestAnswers(machine, PATIENCE)).isFalse();
        assertThat(hypervisor.addresses(machine)).isEmpty();
        refused(Kind.GUEST_AGENT_SILENT, () -> hypervisor.run(machine, new GuestProgram("/bin/true"), PATIENCE));
        refused(
                Kind.GUEST_AGENT_SILENT,
                () -> hypervisor.writeGuestFile(machine, "/run/file", new byte[] {1}, PATIENCE));
    }

    @Test
    void nothingIsKnownOfAMachineThatIsNotThere() {
        MachineId nobody = new MachineId(new UUID(1, 2));
        List<ThrowingCallable> calls = List.of(
                () -> hypervisor.settle(nobody),
                () -> hypervisor.keepDisksIn(nobody, Map.of()),
                () -> hypervisor.ownRanges(nobody, "vda"),
                () -> hypervisor.guestAnswers(nobody, PATIENCE),
                () -> hypervisor.addresses(nobody),
                () -> hypervisor.run(nobody, new GuestProgram("/bin/true"), PATIENCE),
                () -> hypervisor.writeGuestFile(nobody, "/run/file", new byte[0], PATIENCE),
                () -> hypervisor.diskChain(nobody, "vda"),
                () -> hypervisor.beginPull(nobody, "vda", 0),
                () -> hypervisor.beginCommit(nobody, "vda", overlay.beneath()),
                () -> hypervisor.finishCommit(nobody, "vda", overlay.beneath()),
                () -> hypervisor.stopDiskWork(nobody, "vda"));
        assertThat(calls).allSatisfy(call -> refused(Kind.NO_SUCH_MACHINE, call));
    }

    // What tests are made of

    private Adaptation wanted(String called) throws Exception {
        return new Adaptation(
                called,
                OWNER,
                Optional.empty(),
                Optional.empty(),
                Map.of("vda", overlay.file()),
                Map.of(),
                host.folder());
    }

    private void startWithACheckpoint() throws Exception {
        hypervisor.place(hypervisor.adapt(described, wanted(name)));
        hypervisor.start(machine, true);
        checkpoint(FIRST);
        hypervisor.resume(machine);
    }

    private void checkpoint(CheckpointName checkpoint) throws HypervisorException {
        hypervisor.beginCapture(machine, new CaptureOrder(Optional.empty(), Optional.of(checkpoint), List.of("vda")));
        hypervisor.endCapture(machine);
    }

    private Map<CheckpointName, Tracking> intact() throws HypervisorException {
        Map<CheckpointName, Tracking> found = new HashMap<>();
        for (CheckpointState state : hypervisor.checkpoints(machine)) {
            found.put(state.name(), state.disks().getOrDefault("vda", Tracking.MISSING));
        }
        return found;
    }

    /** The clusters that the disk's own image is said to have. */
    private List<Integer> own() throws HypervisorException {
        List<Integer> clusters = new ArrayList<>();
        for (DiskRange range : hypervisor.ownRanges(machine, "vda")) {
            for (long at = range.offset(); at < range.end(); at += CLUSTER) {
                clusters.add((int) (at / CLUSTER));
            }
        }
        return clusters;
    }

    private PowerState state() throws HypervisorException {
        return hypervisor.machines().stream()
                .filter(one -> one.id().equals(machine))
                .findFirst()
                .orElseThrow()
                .state();
    }

    private void awaitStandsAlone() throws Exception {
        await(() -> hypervisor.diskChain(machine, "vda").standsAlone());
    }

    private interface Condition {
        boolean holds() throws HypervisorException;
    }

    private static void await(Condition condition) throws InterruptedException {
        assertThat(new SystemTimekeeper().await(LIMIT, LOOK_AGAIN, () -> {
                    try {
                        return condition.holds();
                    } catch (HypervisorException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .as("it came about in time")
                .isTrue();
    }

    private static byte[] read(FrozenView view, int offset) throws Exception {
        try (NbdClient client =
                NbdClient.to(NbdAddress.unix(view.socket())).export("vda").connect()) {
            ByteBuffer content = ByteBuffer.allocate(CLUSTER);
            client.read(offset, content);
            return content.array();
        }
    }

    private static void refused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HypervisorException.class,
                        failure -> assertThat(failure.kind())
                                .as(failure.getMessage())
                                .isEqualTo(kind));
    }
}
