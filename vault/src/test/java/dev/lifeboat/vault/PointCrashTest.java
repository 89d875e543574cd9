package dev.lifeboat.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.vault.capture.DiskSource;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.Fault;
import dev.lifeboat.vault.store.FaultPlan;
import dev.lifeboat.vault.store.FaultyStore;
import dev.lifeboat.vault.store.MemoryStore;
import dev.lifeboat.vault.store.RetryPolicy;
import dev.lifeboat.vault.store.RetryingStore;
import dev.lifeboat.vault.store.StoreOperation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A point is there wholly or not at all, wherever its making ends; and nothing that was published before suffers. */
class PointCrashTest {

    private static final byte[] FIRST = TestVault.randomBytes(1, 700_001);
    private static final byte[] SECOND = changed(FIRST);
    private static final byte[] THIRD = changed(SECOND);

    private final MemoryStore store = new MemoryStore("memory");
    private final TestVault vault = new TestVault(store, 5);
    private final Credentials writer = vault.credentials("host-1", "shop");

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"CRASH_BEFORE", "CRASH_AFTER"})
    void aCrashAtAnyStoreCallLeavesThePointWholeOrAbsent(Fault crash) throws Exception {
        int calls = callsOfASecondPoint(operation -> true);
        assertThat(calls).isBetween(8, 40);
        for (int call = 1; call <= calls; call++) {
            PointCrashTest fresh = new PointCrashTest();
            fresh.crashAt(FaultPlan.at(call, crash), call);
        }
    }

    private void crashAt(FaultPlan plan, int call) throws Exception {
        publish(store, FIRST);

        Throwable death = catchThrowable(() -> publish(faulty(plan), SECOND));

        assertThat(death).as("crash at call %d", call).isNotNull();
        List<Point> points = vault.opened().group("shop").points();
        assertThat(points).hasSizeBetween(1, 2);
        assertThat(vault.content(points.getFirst())).isEqualTo(FIRST);
        if (points.size() == 2) {
            assertThat(vault.content(points.getLast())).isEqualTo(SECOND);
        }
        publish(store, THIRD);
        Point newest = vault.opened().group("shop").newest().orElseThrow();
        assertThat(newest.id().slot()).isEqualTo(points.size() + 1);
        assertThat(vault.content(newest)).isEqualTo(THIRD);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"ANSWER_LOST", "ANSWERED_EXISTS"})
    void aWriterWhosePutWasNotAnsweredRightFindsItsOwnBytes(Fault fault) throws Exception {
        int puts = callsOfASecondPoint(operation -> operation == StoreOperation.PUT);
        for (int put = 1; put <= puts; put++) {
            PointCrashTest fresh = new PointCrashTest();
            fresh.publish(fresh.store, FIRST);

            fresh.publish(fresh.faulty(FaultPlan.at(put, fault).only(StoreOperation.PUT)), SECOND);

            assertThat(fresh.vault.slots("shop")).containsExactly("Point shop@1-1", "Point shop@1-2");
            assertThat(fresh.vault.content(fresh.newest())).isEqualTo(SECOND);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void aStoreThatRefusesAndLosesAnswersAtRandomIsAskedAgain(int seed) throws Exception {
        FaultPlan plan = FaultPlan.random(
                new Random(seed), 0.3, Fault.UNAVAILABLE, Fault.COLLISION, Fault.DELAY, Fault.ANSWER_LOST);
        BlobStore retrying = new RetryingStore(
                faulty(plan),
                new RetryPolicy(30, Duration.ofMillis(100), Duration.ofSeconds(10)),
                vault.time,
                new Random(seed));

        publish(retrying, FIRST);
        publish(retrying, SECOND);
        publish(retrying, THIRD);

        assertThat(vault.slots("shop")).containsExactly("Point shop@1-1", "Point shop@1-2", "Point shop@1-3");
        assertThat(vault.content(newest())).isEqualTo(THIRD);
        assertThat(newest().manifest().sessions()).hasSize(3);
    }

    @Test
    void aSessionGoesOnAfterAPointWhosePutWasNeverAnswered() throws Exception {
        AtomicInteger answersToLose = new AtomicInteger(3);
        FaultPlan plan = (operation, name) -> operation == StoreOperation.PUT
                        && name.equals("points/shop/00000001-0000000002")
                        && answersToLose.getAndDecrement() > 0
                ? Fault.ANSWER_LOST
                : Fault.NONE;
        try (WriterSession session = vault.session(writer, faulty(plan))) {
            TestVault.publish(session, "shop", new MemoryDisk(FIRST));
            assertThat(catchThrowable(() -> TestVault.publish(session, "shop", new MemoryDisk(SECOND))))
                    .is(TestVault.code(ErrorCode.VAULT_STORE_FAILED));

            Point third = TestVault.publish(session, "shop", new MemoryDisk(THIRD));

            assertThat(third.id()).hasToString("shop@1-3");
            assertThat(Objects.requireNonNull(third.manifest().parent()).slot()).isEqualTo(2);
            assertThat(vault.content(third)).isEqualTo(THIRD);
        }
    }

    @Test
    void whatAFailedPointSealedIsNotTakenForStored() throws Exception {
        try (WriterSession session = vault.session(writer)) {
            assertThat(catchThrowable(() -> TestVault.publish(session, "shop", new FailingAtTheEnd(FIRST))))
                    .isInstanceOf(IOException.class);

            Point point = TestVault.publish(session, "shop", new MemoryDisk(FIRST));

            assertThat(vault.content(point)).isEqualTo(FIRST);
        }
    }

    @Test
    void blocksOfPacksThatTheStoreRefusedAreStoredAgain() throws Exception {
        AtomicInteger refusals = new AtomicInteger(1);
        FaultPlan plan = (operation, name) ->
                name.startsWith("packs/") && operation == StoreOperation.PUT && refusals.getAndDecrement() > 0
                        ? Fault.FULL
                        : Fault.NONE;
        try (WriterSession session = vault.session(writer, faulty(plan))) {
            assertThat(catchThrowable(() -> TestVault.publish(session, "shop", new MemoryDisk(FIRST))))
                    .is(TestVault.code(ErrorCode.VAULT_STORE_FULL));

            Point point = TestVault.publish(session, "shop", new MemoryDisk(FIRST));

            assertThat(vault.content(point)).isEqualTo(FIRST);
        }
    }

    @Test
    void aDiskThatEndsEarlyIsNoPoint() throws Exception {
        try (WriterSession session = vault.session(writer)) {
            assertThat(catchThrowable(() -> TestVault.publish(session, "shop", new EndingEarly(FIRST))))
                    .isInstanceOf(IOException.class);
        }
        assertThat(vault.slots("shop")).isEmpty();
    }

    /** Says at the end that it changed meanwhile. */
    private record FailingAtTheEnd(MemoryDisk disk) implements Wrapped {
        FailingAtTheEnd(byte[] content) {
            this(new MemoryDisk(content));
        }

        @Override
        public void requireUnchanged() throws IOException {
            throw new IOException("changed");
        }
    }

    private record EndingEarly(MemoryDisk disk) implements Wrapped {
        EndingEarly(byte[] content) {
            this(new MemoryDisk(content));
        }

        @Override
        public void read(long offset, ByteBuffer into) {
            into.put(disk.content(), (int) offset, into.remaining() / 2);
        }
    }

    private interface Wrapped extends DiskSource {
        MemoryDisk disk();

        @Override
        default long size() {
            return disk().size();
        }

        @Override
        default void read(long offset, ByteBuffer into) throws IOException {
            disk().read(offset, into);
        }

        @Override
        default boolean isHole(long offset, long length) {
            return false;
        }

        @Override
        default void close() {}
    }

    private interface Counted {
        boolean counts(StoreOperation operation);
    }

    private static int callsOfASecondPoint(Counted counted) throws Exception {
        PointCrashTest fresh = new PointCrashTest();
        fresh.publish(fresh.store, FIRST);
        AtomicInteger calls = new AtomicInteger();
        fresh.publish(
                fresh.faulty((operation, name) -> {
                    calls.addAndGet(counted.counts(operation) ? 1 : 0);
                    return Fault.NONE;
                }),
                SECOND);
        return calls.get();
    }

    private Point newest() {
        return vault.opened().group("shop").newest().orElseThrow();
    }

    private BlobStore faulty(FaultPlan plan) {
        return new FaultyStore(store, plan, Duration.ofSeconds(3), vault.time, new Random(9));
    }

    /** Opens the vault and a session, publishes a point and ends the session. */
    private void publish(BlobStore through, byte[] disk) throws Exception {
        try (WriterSession session = vault.session(writer, through)) {
            TestVault.publish(session, "shop", new MemoryDisk(disk));
        }
    }

    private static byte[] changed(byte[] disk) {
        byte[] changed = disk.clone();
        changed[5]++;
        changed[400_000]++;
        return changed;
    }
}
