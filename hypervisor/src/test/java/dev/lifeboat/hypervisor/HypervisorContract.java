package dev.lifeboat.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.hypervisor.CheckpointState.Tracking;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.nbd.Extent;
import dev.lifeboat.nbd.NbdAddress;
import dev.lifeboat.nbd.NbdClient;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every hypervisor does, see {@link Hypervisor}. */
@SuppressWarnings("NullAway.Init") // made before each test
public abstract class HypervisorContract {

    private static final int CLUSTER = TestHost.CLUSTER_BYTES;
    private static final int EVENT_SECONDS = 20;
    private static final AtomicInteger MACHINES = new AtomicInteger();

    private static final CheckpointName FIRST = new CheckpointName("lifeboat-0001-0");
    private static final CheckpointName SECOND = new CheckpointName("lifeboat-0002-0");
    private static final CheckpointName THIRD = new CheckpointName("lifeboat-0003-0");

    private TestHost host;
    private Hypervisor hypervisor;
    private String name;
    private MachineId machine;

    /** A host that other tests may have machines on. */
    protected abstract TestHost host() throws Exception;

    @BeforeEach
    void addAMachine() throws Exception {
        host = host();
        hypervisor = host.connect();
        name = "contract-%d".formatted(MACHINES.incrementAndGet());
        machine = host.add(name, List.of("vda", "vdb", "vdc"));
    }

    @AfterEach
    void removeTheMachine() throws Exception {
        if (isThere()) {
            hypervisor.endCapture(machine);
            hypervisor.powerOff(machine);
            hypervisor.undefine(machine);
        }
        hypervisor.close();
    }

    private boolean isThere() throws HypervisorException {
        return hypervisor.machines().stream().anyMatch(one -> one.id().equals(machine));
    }

    // Machines

    @Test
    void aMachineIsListedWithItsNameAndState() throws Exception {
        assertThat(hypervisor.machines()).contains(new Machine(machine, name, PowerState.OFF));
        hypervisor.start(machine, false);
        assertThat(hypervisor.machines()).contains(new Machine(machine, name, PowerState.RUNNING));
    }

    @Test
    void aMachineIsDescribedWithItsDisks() throws Exception {
        MachineDescription description = hypervisor.describe(machine);
        assertThat(description.machine().name()).isEqualTo(name);
        assertThat(description.coveredDisks()).extracting(DiskDescription::name).containsExactly("vda", "vdb", "vdc");
        assertThat(description.disks()).allSatisfy(disk -> {
            assertThat(disk.size()).isEqualTo(TestHost.DISK_BYTES);
            assertThat(disk.tracking()).isEqualTo(DiskDescription.TrackingKind.PERSISTENT);
        });
        assertThat(description.definition()).isNotEmpty();
    }

    @Test
    void nothingIsKnownOfAMachineThatIsNotThere() {
        MachineId nobody = new MachineId(new UUID(1, 2));
        List<ThrowingCallable> calls = List.of(
                () -> hypervisor.describe(nobody),
                () -> hypervisor.beginCapture(nobody, whole("vda")),
                () -> hypervisor.capture(nobody),
                () -> hypervisor.endCapture(nobody),
                () -> hypervisor.checkpoints(nobody),
                () -> hypervisor.dropCheckpoint(nobody, FIRST),
                () -> hypervisor.suspend(nobody),
                () -> hypervisor.resume(nobody),
                () -> hypervisor.start(nobody, false),
                () -> hypervisor.shutDown(nobody),
                () -> hypervisor.powerOff(nobody),
                () -> hypervisor.undefine(nobody),
                () -> hypervisor.scratchUsed(nobody));
        assertThat(calls).allSatisfy(call -> refused(Kind.NO_SUCH_MACHINE, call));
    }

    @Test
    void whatIsAskedForTwiceIsDoneOnce() throws Exception {
        twice(() -> hypervisor.start(machine, false), PowerState.RUNNING);
        twice(() -> hypervisor.suspend(machine), PowerState.SUSPENDED);
        twice(() -> hypervisor.resume(machine), PowerState.RUNNING);
        twice(() -> hypervisor.powerOff(machine), PowerState.OFF);
        twice(() -> hypervisor.shutDown(machine), PowerState.OFF);
        twice(() -> hypervisor.start(machine, true), PowerState.SUSPENDED);
        twice(() -> hypervisor.resume(machine), PowerState.RUNNING);
        twice(() -> hypervisor.endCapture(machine), PowerState.RUNNING);
    }

    private void twice(ThrowingCallable call, PowerState then) throws Exception {
        assertThatCode(call).doesNotThrowAnyException();
        assertThat(state()).isEqualTo(then);
        assertThatCode(call).doesNotThrowAnyException();
        assertThat(state()).isEqualTo(then);
    }

    private PowerState state() throws HypervisorException {
        return hypervisor.machines().stream()
                .filter(one -> one.id().equals(machine))
                .findFirst()
                .orElseThrow()
                .state();
    }

    @Test
    void aMachineThatIsOffHasNothingToSuspendOrToShow() {
        refused(Kind.WRONG_STATE, () -> hypervisor.suspend(machine));
        refused(Kind.WRONG_STATE, () -> hypervisor.resume(machine));
        refused(Kind.WRONG_STATE, () -> hypervisor.beginCapture(machine, whole("vda")));
    }

    @Test
    void aMachineIsForgottenOnlyWhenItIsOff() throws Exception {
        hypervisor.start(machine, false);
        capture(Optional.empty(), Optional.of(FIRST), "vda");
        hypervisor.endCapture(machine);
        refused(Kind.WRONG_STATE, () -> hypervisor.undefine(machine));
        hypervisor.powerOff(machine);
        hypervisor.undefine(machine);
        assertThat(isThere()).isFalse();
    }

    // Captures

    @Test
    void aViewShowsTheDiskAsItWasWhateverTheGuestWritesMeanwhile() throws Exception {
        hypervisor.start(machine, false);
        host.write(machine, "vda", CLUSTER, CLUSTER, (byte) 1);
        FrozenView view = capture(Optional.empty(), Optional.empty(), "vda");
        host.write(machine, "vda", 0, 3 * CLUSTER, (byte) 2);
        assertThat(view.disks()).extracting(FrozenView.FrozenDisk::changes).containsOnlyNulls();
        assertThat(read(view, "vda", 0, 3 * CLUSTER)).isEqualTo(pieces(new byte[] {0, 1, 0}));
        hypervisor.endCapture(machine);
        FrozenView later = capture(Optional.empty(), Optional.empty(), "vda");
        assertThat(read(later, "vda", 0, 3 * CLUSTER)).isEqualTo(pieces(new byte[] {2, 2, 2}));
    }

    @Test
    void aSuspendedMachineIsCapturedToo() throws Exception {
        hypervisor.start(machine, true);
        FrozenView view = capture(Optional.empty(), Optional.of(FIRST), "vda");
        assertThat(read(view, "vda", 0, CLUSTER)).containsOnly(0);
        assertThat(state()).isEqualTo(PowerState.SUSPENDED);
    }

    @Test
    void changesSinceACheckpointAreTold() throws Exception {
        hypervisor.start(machine, false);
        capture(Optional.empty(), Optional.of(FIRST), "vda", "vdb");
        host.write(machine, "vda", 2 * CLUSTER, CLUSTER, (byte) 3);
        hypervisor.endCapture(machine);
        host.write(machine, "vda", 5 * CLUSTER, CLUSTER, (byte) 4);
        FrozenView view = capture(Optional.of(FIRST), Optional.of(SECOND), "vda", "vdb");
        host.write(machine, "vda", 7 * CLUSTER, CLUSTER, (byte) 5);
        assertThat(changes(view, "vda")).containsExactly(2, 5);
        assertThat(changes(view, "vdb")).isEmpty();
        hypervisor.endCapture(machine);
        FrozenView next = capture(Optional.of(SECOND), Optional.of(THIRD), "vda", "vdb");
        assertThat(changes(next, "vda")).containsExactly(7);
    }

    @Test
    void onlyTheDisksOfTheOrderAreShown() throws Exception {
        hypervisor.start(machine, false);
        FrozenView view = capture(Optional.empty(), Optional.of(FIRST), "vdc", "vda");
        assertThat(view.disks()).extracting(FrozenView.FrozenDisk::disk).containsExactly("vdc", "vda");
        assertThat(hypervisor.scratchUsed(machine)).containsOnlyKeys("vda", "vdc");
        hypervisor.endCapture(machine);
        assertThat(intact(FIRST)).containsExactlyInAnyOrder("vda", "vdc");
        refused(Kind.TRACKING_LOST, () -> capture(Optional.of(FIRST), Optional.of(SECOND), "vda", "vdb"));
        assertThat(names()).containsExactly(FIRST);
    }

    @Test
    void aDiskThatIsAddedBeginsAfresh() throws Exception {
        hypervisor.start(machine, false);
        capture(Optional.empty(), Optional.of(FIRST), "vda");
        hypervisor.endCapture(machine);
        host.write(machine, "vda", 0, CLUSTER, (byte) 1);
        FrozenView view = hypervisor.beginCapture(
                machine,
                new CaptureOrder(
                        Optional.of(FIRST),
                        Optional.of(SECOND),
                        List.of("vda", "vdb"),
                        Set.of("vdb"),
                        CaptureOrder.UNBOUNDED));
        assertThat(changes(view, "vda")).containsExactly(0);
        assertThat(view.disks().get(1).changes()).isNull();
        hypervisor.endCapture(machine);
        assertThat(intact(SECOND)).containsExactlyInAnyOrder("vda", "vdb");
    }

    @Test
    void thereIsOneCaptureAtATime() throws Exception {
        hypervisor.start(machine, false);
        FrozenView view = capture(Optional.empty(), Optional.of(FIRST), "vda");
        refused(Kind.BUSY, () -> capture(Optional.empty(), Optional.of(SECOND), "vdb"));
        assertThat(names()).containsExactly(FIRST);
        assertThat(read(view, "vda", 0, CLUSTER)).containsOnly(0);
    }

    @Test
    void aCaptureThatFailsLeavesNothing() throws Exception {
        hypervisor.start(machine, false);
        refused(Kind.TRACKING_LOST, () -> capture(Optional.of(FIRST), Optional.of(SECOND), "vda"));
        refused(Kind.FAILED, () -> capture(Optional.empty(), Optional.of(SECOND), "vda", "vdx"));
        assertThat(hypervisor.capture(machine)).isEmpty();
        assertThat(hypervisor.checkpoints(machine)).isEmpty();
    }

    @Test
    void aCheckpointIsMadeOnce() throws Exception {
        hypervisor.start(machine, false);
        capture(Optional.empty(), Optional.of(FIRST), "vda");
        hypervisor.endCapture(machine);
        refused(Kind.FAILED, () -> capture(Optional.empty(), Optional.of(FIRST), "vda"));
        assertThat(intact(FIRST)).containsExactly("vda");
        assertThat(hypervisor.capture(machine)).isEmpty();
    }

    @Test
    void whoComesAfterSomebodyWhoDiedFindsTheCaptureAndEndsIt() throws Exception {
        hypervisor.start(machine, false);
        FrozenView view = capture(Optional.empty(), Optional.of(FIRST), "vda");
        hypervisor.close();
        hypervisor = host.connect();
        Hypervisor.RunningCapture found = hypervisor.capture(machine).orElseThrow();
        assertThat(found.ours()).isTrue();
        assertThat(found.socket()).isPresent();
        hypervisor.endCapture(machine);
        assertThat(hypervisor.capture(machine)).isEmpty();
        assertThat(view.socket()).doesNotExist();
        assertThat(intact(FIRST)).containsExactly("vda");
    }

    @Test
    void aCaptureOfSomebodyElseIsLeftAlone() throws Exception {
        hypervisor.start(machine, false);
        host.beginForeignCapture(machine);
        assertThat(hypervisor.capture(machine).orElseThrow().ours()).isFalse();
        hypervisor.endCapture(machine);
        assertThat(hypervisor.capture(machine)).isPresent();
        refused(Kind.BUSY, () -> capture(Optional.empty(), Optional.of(FIRST), "vda"));
        assertThat(hypervisor.checkpoints(machine)).isEmpty();
    }

    @Test
    void aCaptureGoesWithTheMachineAndTheNextOneWorks() throws Exception {
        hypervisor.start(machine, false);
        capture(Optional.empty(), Optional.of(FIRST), "vda");
        host.kill(machine);
        awaitState(PowerState.OFF);
        assertThat(hypervisor.capture(machine)).isEmpty();
        hypervisor.endCapture(machine);
        hypervisor.start(machine, false);
        capture(Optional.empty(), Optional.of(SECOND), "vda");
        hypervisor.endCapture(machine);
        assertThat(intact(SECOND)).containsExactly("vda");
    }

    @Test
    void scratchIsMeasuredAndItsBoundIsTold() throws Exception {
        hypervisor.start(machine, false);
        host.write(machine, "vda", 0, TestHost.DISK_BYTES, (byte) 1);
        BlockingQueue<HypervisorEvent> events = new LinkedBlockingQueue<>();
        try (Hypervisor.Watch watch = hypervisor.watch(events::add)) {
            assertThat(watch).isNotNull();
            hypervisor.beginCapture(machine, whole("vda").withScratch(TestHost.DISK_BYTES / 2));
            long before = hypervisor.scratchUsed(machine).getOrDefault("vda", -1L);
            host.write(machine, "vda", 0, TestHost.DISK_BYTES, (byte) 2);
            assertThat(hypervisor.scratchUsed(machine).getOrDefault("vda", -1L))
                    .isGreaterThanOrEqualTo(before + TestHost.DISK_BYTES / 2);
            awaitEvent(events, new HypervisorEvent.ScratchFull(machine, "vda"));
        }
        hypervisor.endCapture(machine);
        assertThat(hypervisor.scratchUsed(machine)).isEmpty();
    }

    // Checkpoints

    @Test
    void checkpointsAreListedTheOldestFirst() throws Exception {
        hypervisor.start(machine, false);
        for (CheckpointName checkpoint : List.of(SECOND, THIRD, FIRST)) {
            capture(Optional.empty(), Optional.of(checkpoint), "vda");
            hypervisor.endCapture(machine);
        }
        assertThat(names()).containsExactly(SECOND, THIRD, FIRST);
    }

    @Test
    void checkpointsOfSomebodyElseAreLeftAlone() throws Exception {
        hypervisor.start(machine, false);
        capture(Optional.empty(), Optional.of(FIRST), "vda");
        hypervisor.endCapture(machine);
        host.write(machine, "vda", CLUSTER, CLUSTER, (byte) 1);
        host.addForeignCheckpoint(machine);
        host.write(machine, "vda", 2 * CLUSTER, CLUSTER, (byte) 1);
        assertThat(names()).containsExactly(FIRST);
        assertThat(changes(capture(Optional.of(FIRST), Optional.of(SECOND), "vda"), "vda"))
                .containsExactly(1, 2);
        hypervisor.endCapture(machine);
        hypervisor.dropCheckpoint(machine, FIRST);
        hypervisor.powerOff(machine);
        refused(Kind.WRONG_STATE, () -> hypervisor.undefine(machine));
        assertThat(isThere()).isTrue();
        host.forgetCheckpoints(machine);
    }

    @Test
    void trackingSurvivesTheMachinesStop() throws Exception {
        hypervisor.start(machine, false);
        capture(Optional.empty(), Optional.of(FIRST), "vda");
        hypervisor.endCapture(machine);
        host.write(machine, "vda", CLUSTER, CLUSTER, (byte) 1);
        hypervisor.powerOff(machine);
        assertThat(hypervisor.checkpoints(machine))
                .containsExactly(new CheckpointState(FIRST, Map.of("vda", Tracking.UNKNOWN)));
        refused(Kind.WRONG_STATE, () -> hypervisor.dropCheckpoint(machine, FIRST));
        hypervisor.start(machine, false);
        assertThat(intact(FIRST)).containsExactly("vda");
        assertThat(changes(capture(Optional.of(FIRST), Optional.empty(), "vda"), "vda"))
                .containsExactly(1);
    }

    @Test
    void droppingTheNewCheckpointKeepsWhatChangedSinceTheOld() throws Exception {
        twoCheckpointsWithAChangeEach();
        hypervisor.dropCheckpoint(machine, SECOND);
        hypervisor.dropCheckpoint(machine, SECOND);
        assertThat(names()).containsExactly(FIRST);
        assertThat(changes(capture(Optional.of(FIRST), Optional.of(THIRD), "vda"), "vda"))
                .containsExactly(1, 2);
    }

    @Test
    void droppingTheOldCheckpointKeepsWhatChangedSinceTheNew() throws Exception {
        twoCheckpointsWithAChangeEach();
        hypervisor.dropCheckpoint(machine, FIRST);
        assertThat(changes(capture(Optional.of(SECOND), Optional.of(THIRD), "vda"), "vda"))
                .containsExactly(2);
    }

    private void twoCheckpointsWithAChangeEach() throws Exception {
        hypervisor.start(machine, false);
        capture(Optional.empty(), Optional.of(FIRST), "vda");
        hypervisor.endCapture(machine);
        host.write(machine, "vda", CLUSTER, CLUSTER, (byte) 1);
        capture(Optional.of(FIRST), Optional.of(SECOND), "vda");
        hypervisor.endCapture(machine);
        host.write(machine, "vda", 2 * CLUSTER, CLUSTER, (byte) 1);
    }

    @Test
    void trackingIsLostWithAKilledProcessAndCanBeDropped() throws Exception {
        hypervisor.start(machine, false);
        capture(Optional.empty(), Optional.of(FIRST), "vda");
        hypervisor.endCapture(machine);
        host.kill(machine);
        awaitState(PowerState.OFF);
        hypervisor.start(machine, false);
        assertThat(hypervisor.checkpoints(machine))
                .containsExactly(new CheckpointState(FIRST, Map.of("vda", Tracking.MISSING)));
        refused(Kind.TRACKING_LOST, () -> capture(Optional.of(FIRST), Optional.of(SECOND), "vda"));
        assertThat(names()).containsExactly(FIRST);
        hypervisor.dropCheckpoint(machine, FIRST);
        assertThat(hypervisor.checkpoints(machine)).isEmpty();
        capture(Optional.empty(), Optional.of(FIRST), "vda");
    }

    @Test
    void trackingThatWasInUseWhenTheProcessWasKilledIsNotBelieved() throws Exception {
        hypervisor.start(machine, false);
        capture(Optional.empty(), Optional.of(FIRST), "vda");
        hypervisor.endCapture(machine);
        hypervisor.powerOff(machine);
        hypervisor.start(machine, false);
        capture(Optional.of(FIRST), Optional.of(SECOND), "vda");
        hypervisor.endCapture(machine);
        host.kill(machine);
        awaitState(PowerState.OFF);
        hypervisor.start(machine, false);
        assertThat(hypervisor.checkpoints(machine))
                .allSatisfy(state -> assertThat(state.disks().get("vda")).isNotEqualTo(Tracking.INTACT));
        refused(Kind.TRACKING_LOST, () -> capture(Optional.of(FIRST), Optional.empty(), "vda"));
        hypervisor.dropCheckpoint(machine, SECOND);
        hypervisor.dropCheckpoint(machine, FIRST);
        assertThat(hypervisor.checkpoints(machine)).isEmpty();
        capture(Optional.empty(), Optional.of(FIRST), "vda");
        hypervisor.endCapture(machine);
        assertThat(intact(FIRST)).containsExactly("vda");
    }

    @Test
    void aCheckpointThatLostItsNameIsTakenUpAgain() throws Exception {
        hypervisor.start(machine, false);
        capture(Optional.empty(), Optional.of(FIRST), "vda", "vdb");
        hypervisor.endCapture(machine);
        host.write(machine, "vda", 3 * CLUSTER, CLUSTER, (byte) 1);
        hypervisor.powerOff(machine);
        host.forgetCheckpoints(machine);
        hypervisor.start(machine, false);
        assertThat(hypervisor.checkpoints(machine)).isEmpty();
        assertThat(hypervisor.readoptCheckpoint(machine, SECOND, Set.of("vda"))).isFalse();
        assertThat(hypervisor.readoptCheckpoint(machine, FIRST, Set.of("vda", "vdc")))
                .isFalse();
        assertThat(hypervisor.readoptCheckpoint(machine, FIRST, Set.of("vda", "vdb")))
                .isTrue();
        assertThat(hypervisor.readoptCheckpoint(machine, FIRST, Set.of("vda", "vdb")))
                .isTrue();
        assertThat(changes(capture(Optional.of(FIRST), Optional.of(SECOND), "vda", "vdb"), "vda"))
                .containsExactly(3);
    }

    // Events

    @Test
    void whatHappensToMachinesIsTold() throws Exception {
        BlockingQueue<HypervisorEvent> events = new LinkedBlockingQueue<>();
        try (Hypervisor.Watch watch = hypervisor.watch(events::add)) {
            assertThat(watch).isNotNull();
            hypervisor.start(machine, false);
            awaitEvent(events, new HypervisorEvent.Started(machine));
            hypervisor.suspend(machine);
            awaitEvent(events, new HypervisorEvent.SuspensionChanged(machine, true));
            hypervisor.resume(machine);
            awaitEvent(events, new HypervisorEvent.SuspensionChanged(machine, false));
            host.kill(machine);
            awaitEvent(events, new HypervisorEvent.Stopped(machine, true));
            hypervisor.start(machine, false);
            hypervisor.powerOff(machine);
            awaitEvent(events, new HypervisorEvent.Stopped(machine, false));
            hypervisor.undefine(machine);
            awaitEvent(events, new HypervisorEvent.Changed(machine));
        }
    }

    private static void awaitEvent(BlockingQueue<HypervisorEvent> events, HypervisorEvent wanted)
            throws InterruptedException {
        List<HypervisorEvent> seen = new ArrayList<>();
        while (!seen.contains(wanted)) {
            HypervisorEvent event = events.poll(EVENT_SECONDS, TimeUnit.SECONDS);
            assertThat(event).as("%s was waited for, after %s", wanted, seen).isNotNull();
            seen.add(event);
        }
    }

    private void awaitState(PowerState wanted) throws Exception {
        BlockingQueue<HypervisorEvent> events = new LinkedBlockingQueue<>();
        try (Hypervisor.Watch watch = hypervisor.watch(events::add)) {
            assertThat(watch).isNotNull();
            while (state() != wanted) {
                events.poll(100, TimeUnit.MILLISECONDS);
            }
        }
    }

    // What tests are made of

    private static CaptureOrder whole(String... disks) {
        return new CaptureOrder(Optional.empty(), Optional.empty(), List.of(disks));
    }

    private FrozenView capture(Optional<CheckpointName> since, Optional<CheckpointName> create, String... disks)
            throws HypervisorException {
        return hypervisor.beginCapture(machine, new CaptureOrder(since, create, List.of(disks)));
    }

    private List<CheckpointName> names() throws HypervisorException {
        return hypervisor.checkpoints(machine).stream()
                .map(CheckpointState::name)
                .toList();
    }

    /** The disks of which all that changed since this checkpoint is known. */
    private List<String> intact(CheckpointName checkpoint) throws HypervisorException {
        return hypervisor.checkpoints(machine).stream()
                .filter(state -> state.name().equals(checkpoint))
                .flatMap(state -> state.disks().entrySet().stream())
                .filter(entry -> entry.getValue() == Tracking.INTACT)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static void refused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HypervisorException.class,
                        failure -> assertThat(failure.kind())
                                .as(failure.getMessage())
                                .isEqualTo(kind));
    }

    private static byte[] read(FrozenView view, String export, int offset, int length) throws Exception {
        try (NbdClient client =
                NbdClient.to(NbdAddress.unix(view.socket())).export(export).connect()) {
            assertThat(client.size()).isEqualTo(TestHost.DISK_BYTES);
            ByteBuffer content = ByteBuffer.allocate(length);
            client.read(offset, content);
            return content.array();
        }
    }

    private static byte[] pieces(byte[] values) {
        byte[] all = new byte[values.length * CLUSTER];
        for (int i = 0; i < values.length; i++) {
            Arrays.fill(all, i * CLUSTER, (i + 1) * CLUSTER, values[i]);
        }
        return all;
    }

    /** The numbers of the clusters that have changed. */
    private static List<Integer> changes(FrozenView view, String disk) throws Exception {
        FrozenView.FrozenDisk shown = view.disks().stream()
                .filter(one -> one.disk().equals(disk))
                .findFirst()
                .orElseThrow();
        String context = shown.changes();
        assertThat(context).isNotNull();
        try (NbdClient client = NbdClient.to(NbdAddress.unix(view.socket()))
                .export(shown.export())
                .context(String.valueOf(context))
                .context("base:allocation")
                .connect()) {
            assertThat(client.contexts()).contains(context, "base:allocation");
            List<Integer> changed = new ArrayList<>();
            long offset = 0;
            while (offset < TestHost.DISK_BYTES) {
                for (Extent extent : extents(client, offset, String.valueOf(context))) {
                    if ((extent.flags() & 1) != 0) {
                        for (long at = offset; at < offset + extent.length(); at += CLUSTER) {
                            changed.add((int) (at / CLUSTER));
                        }
                    }
                    offset += extent.length();
                }
            }
            return changed;
        }
    }

    private static List<Extent> extents(NbdClient client, long offset, String context) throws Exception {
        return client.blockStatus(offset, TestHost.DISK_BYTES - offset).getOrDefault(context, List.of());
    }
}
