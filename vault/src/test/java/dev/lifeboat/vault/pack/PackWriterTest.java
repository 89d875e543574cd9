package dev.lifeboat.vault.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.SessionId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PackWriterTest {

    private static final KeyringOfTests KEYS = new KeyringOfTests(1);

    /** Room for exactly three of {@link #CONTENT}. */
    private static final int SMALL_PACK = 32 + 3 * (1000 + 17) + 3 * 8 + 16;

    private static final byte[] CONTENT = Contents.random(1000, 1);

    /** What went into a slot, to be made again from its seed, and where it is. */
    private record Sealed(SlotKind kind, int length, long seed, Digest128 digest, SlotAddress at) {

        byte[] content() {
            return contentOf(length, seed);
        }
    }

    private static byte[] contentOf(int length, long seed) {
        return seed % 2 == 0 ? Contents.mixed(length, seed) : Contents.random(length, seed);
    }

    /** A thread of the test, and what became of it. */
    private static final class Running<T> {

        private final FutureTask<T> task;
        private final Thread thread;

        Running(Callable<T> work) {
            task = new FutureTask<>(work);
            thread = Thread.ofPlatform().daemon().start(task);
        }

        T result() throws InterruptedException {
            try {
                return Objects.requireNonNull(task.get(30, TimeUnit.SECONDS));
            } catch (ExecutionException | TimeoutException e) {
                throw new AssertionError(e);
            }
        }

        @Nullable
        Throwable failure() throws InterruptedException {
            try {
                throw new AssertionError("it ended with " + task.get(30, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                return e.getCause();
            } catch (TimeoutException e) {
                throw new AssertionError(e);
            }
        }

        void awaitWaiting() throws InterruptedException {
            eventually(() -> thread.getState() == Thread.State.WAITING);
        }
    }

    @Test
    void whatSeveralThreadsSealIsAllThere() throws InterruptedException {
        for (int buffers = 1; buffers <= 3; buffers++) {
            SinkInMemory sink = new SinkInMemory();
            int packBytes = 300_000;
            List<Sealed> sealed = new ArrayList<>();
            try (PackWriter packs = new PackWriter(Contents.ids(buffers), sink, packBytes, buffers)) {
                List<Running<List<Sealed>>> threads = new ArrayList<>();
                for (int thread = 0; thread < 4; thread++) {
                    long seed = 100L * buffers + thread;
                    threads.add(new Running<>(() -> sealMany(packs, seed)));
                }
                for (Running<List<Sealed>> thread : threads) {
                    sealed.addAll(thread.result());
                }
                packs.finish();
                assertThat(packs.packs()).isEqualTo(sink.packs.size()).isGreaterThan(5);
                assertThat(packs.storedBytes())
                        .isEqualTo(sink.packs.values().stream()
                                .mapToLong(pack -> pack.length)
                                .sum());
            }
            assertThat(sink.packs.values()).allMatch(pack -> pack.length <= packBytes);
            assertAllThere(sealed, sink);
        }
    }

    private static List<Sealed> sealMany(PackWriter packs, long seed) throws InterruptedException {
        RandomGenerator random = Contents.seeded(seed);
        SlotSealer blocks = sealer(SlotKind.BLOCK, new Zstandard(Zstandard.LEVEL));
        SlotSealer nodes = sealer(SlotKind.NODE, new Zstandard(Zstandard.LEVEL));
        List<Sealed> sealed = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            SlotKind kind = random.nextInt(6) == 0 ? SlotKind.NODE : SlotKind.BLOCK;
            int length = random.nextInt(kind.maxContentBytes() + 1);
            Digest128 digest = Contents.digest(1000 * seed + i);
            SlotSealer sealer = kind == SlotKind.NODE ? nodes : blocks;
            SlotAddress at = sealer.seal(contentOf(length, seed + i), 0, length, digest, packs);
            sealed.add(new Sealed(kind, length, seed + i, digest, at));
        }
        return sealed;
    }

    private static void assertAllThere(List<Sealed> sealed, SinkInMemory sink) {
        Set<SlotAddress> claimed = new HashSet<>();
        for (PackId id : sink.packs.keySet()) {
            // Reading the table checks that blocks come before nodes.
            List<PackTable.Entry> entries = sink.table(id).entries();
            List<FinishedPack.Slot> told = sink.slots(id);
            assertThat(told).hasSameSizeAs(entries).isNotEmpty();
            for (int slot = 0; slot < entries.size(); slot++) {
                assertThat(told.get(slot).address()).isEqualTo(entries.get(slot).address());
                assertThat(told.get(slot).kind()).isEqualTo(entries.get(slot).kind());
                claimed.add(told.get(slot).address());
            }
        }
        assertThat(claimed).hasSameSizeAs(sealed);
        for (Sealed one : sealed) {
            SlotAddress at = one.at();
            FinishedPack.Slot told = sink.slots(at.pack()).get(at.slot());
            assertThat(told).isEqualTo(new FinishedPack.Slot(at, one.kind(), one.digest()));
            SlotOpener opener = new SlotOpener(one.kind(), Contents.VAULT_ID, KEYS, new Zstandard(1));
            byte[] into = new byte[one.kind().maxContentBytes()];
            int length = opener.open(at.pack(), at.slot(), sink.slot(at), 0, at.length(), into);
            assertThat(length).isEqualTo(one.length());
            assertThat(Arrays.copyOf(into, length)).isEqualTo(one.content());
        }
    }

    @Test
    void aNodeMayFollowABlockButABlockBehindANodeBeginsAnotherPack() throws InterruptedException {
        SinkInMemory sink = new SinkInMemory();
        try (PackWriter packs = new PackWriter(Contents.ids(1), sink, 1 << 16, 2)) {
            SlotSealer blocks = sealer(SlotKind.BLOCK, new Zstandard(1));
            SlotSealer nodes = sealer(SlotKind.NODE, new Zstandard(1));
            assertThat(seal(blocks, packs).pack().number()).isEqualTo(1);
            assertThat(seal(nodes, packs).pack().number()).isEqualTo(1);
            assertThat(seal(nodes, packs).pack().number()).isEqualTo(1);
            assertThat(seal(blocks, packs).pack().number()).isEqualTo(2);
            packs.finish();
        }
        assertThat(sink.packs).hasSize(2);
    }

    @Test
    void aPackHoldsNoMoreSlotsThanTwoBytesNumber() throws InterruptedException {
        SinkInMemory sink = new SinkInMemory();
        try (PackWriter packs = new PackWriter(Contents.ids(1), sink, 4 << 20, 2)) {
            SlotSealer blocks = sealer(SlotKind.BLOCK, new Zstandard(1));
            for (int i = 0; i < 65_540; i++) {
                blocks.seal(CONTENT, 0, 1, Contents.digest(i), packs);
            }
            packs.finish();
        }
        assertThat(sink.table(new PackId(new SessionId(1), 1)).entries()).hasSize(65_535);
        assertThat(sink.table(new PackId(new SessionId(1), 2)).entries()).hasSize(5);
    }

    @Test
    void writersWaitWhileTheStoreDoesAndThenGoOn() throws InterruptedException {
        for (int buffers = 1; buffers <= 3; buffers++) {
            GatedSink sink = new GatedSink();
            AtomicInteger sealed = new AtomicInteger();
            try (PackWriter packs = new PackWriter(Contents.ids(1), sink, SMALL_PACK, buffers)) {
                Running<Integer> writer = new Running<>(() -> sealTimes(60, sealed, packs));
                for (int pack = 0; pack < 5; pack++) {
                    int most = 3 * (buffers + pack);
                    eventually(() -> sealed.get() == most);
                    writer.awaitWaiting();
                    assertThat(sealed).hasValue(most);
                    assertThat(packs.packs()).isEqualTo(pack);
                    sink.gate.release();
                }
                sink.open();
                assertThat(writer.result()).isEqualTo(60);
                packs.finish();
                assertThat(packs.packs()).isEqualTo(20);
            }
        }
    }

    @Test
    void whoStillFillsAPlaceIsNotHeldUpByThoseWhoWait() throws InterruptedException {
        SinkInMemory sink = new SinkInMemory();
        AtomicInteger sealed = new AtomicInteger();
        try (PackWriter packs = new PackWriter(Contents.ids(1), sink, SMALL_PACK, 1)) {
            PackWriter.Place place = packs.reserve(SlotKind.BLOCK, 20, Contents.digest(0));
            Running<Integer> first = new Running<>(() -> sealTimes(10, sealed, packs));
            Running<Integer> second = new Running<>(() -> sealTimes(10, sealed, packs));
            first.awaitWaiting();
            second.awaitWaiting();
            assertThat(sink.packs).isEmpty();
            fill(place, 20);
            assertThat(first.result() + second.result()).isEqualTo(20);
            packs.finish();
        }
        assertThat(sink.packs).hasSize(7);
    }

    @Test
    void finishedMeansStored() throws InterruptedException {
        GatedSink sink = new GatedSink();
        try (PackWriter packs = new PackWriter(Contents.ids(1), sink, SMALL_PACK, 3)) {
            sealTimes(5, new AtomicInteger(), packs);
            PackWriter.Place place = packs.reserve(SlotKind.BLOCK, 20, Contents.digest(0));
            Running<Integer> finishing = new Running<>(() -> {
                packs.finish();
                return sink.behind.packs.size();
            });
            finishing.awaitWaiting();
            sink.gate.release();
            eventually(() -> packs.packs() == 1);
            finishing.awaitWaiting();
            fill(place, 20);
            eventually(() -> sink.waiting.get() == 1);
            finishing.awaitWaiting();
            assertThat(packs.packs()).isEqualTo(1);
            sink.gate.release();
            assertThat(finishing.result()).isEqualTo(2);
        }
    }

    @Test
    void afterFinishingMoreMayBeSealed() throws InterruptedException {
        SinkInMemory sink = new SinkInMemory();
        try (PackWriter packs = new PackWriter(Contents.ids(1), sink, SMALL_PACK, 1)) {
            packs.finish();
            assertThat(packs.packs()).isZero();
            sealTimes(2, new AtomicInteger(), packs);
            packs.finish();
            packs.finish();
            assertThat(sink.packs).hasSize(1);
            sealTimes(2, new AtomicInteger(), packs);
            packs.finish();
            assertThat(sink.packs).hasSize(2);
            assertThat(packs.packs()).isEqualTo(2);
        }
    }

    @Test
    void aFailureOfTheStoreIsEverybodysAndTheFirstOneCounts() throws InterruptedException {
        for (int buffers = 1; buffers <= 3; buffers++) {
            LifeboatException full = new LifeboatException(ErrorCode.VAULT_STORE_FULL, "The disk is full.");
            SinkInMemory before = new SinkInMemory();
            AtomicInteger calls = new AtomicInteger();
            PackSink sink = pack -> {
                if (calls.incrementAndGet() == 4) {
                    throw full;
                }
                before.put(pack);
            };
            try (PackWriter packs = new PackWriter(Contents.ids(1), sink, SMALL_PACK, buffers)) {
                List<Running<Integer>> writers = new ArrayList<>();
                for (int thread = 0; thread < 4; thread++) {
                    writers.add(new Running<>(() -> sealTimes(Integer.MAX_VALUE, new AtomicInteger(), packs)));
                }
                for (Running<Integer> writer : writers) {
                    assertThat(writer.failure()).isSameAs(full);
                }
                assertThatThrownBy(packs::finish).isSameAs(full);
                assertThatThrownBy(() -> sealTimes(1, new AtomicInteger(), packs))
                        .isSameAs(full);
                assertThatThrownBy(packs::finish).isSameAs(full);
            }
        }
    }

    @Test
    void aFailureDoesNotWaitForPacksThatTheStoreStillHolds() throws InterruptedException {
        LifeboatException full = new LifeboatException(ErrorCode.VAULT_STORE_FULL, "The disk is full.");
        CountDownLatch failNow = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        PackSink sink = pack -> {
            if (pack.id().number() == 1) {
                never.await();
            }
            failNow.await();
            throw full;
        };
        try (PackWriter packs = new PackWriter(Contents.ids(1), sink, SMALL_PACK, 2)) {
            Running<Integer> writer = new Running<>(() -> sealTimes(100, new AtomicInteger(), packs));
            writer.awaitWaiting();
            Running<Integer> finishing = new Running<>(() -> {
                packs.finish();
                return 0;
            });
            finishing.awaitWaiting();
            failNow.countDown();
            assertThat(writer.failure()).isSameAs(full);
            assertThat(finishing.failure()).isSameAs(full);
        }
    }

    @Test
    void evenAnErrorInTheSinkIsAFailure() throws InterruptedException {
        Error error = new AssertionError("a bug in the sink");
        PackSink sink = _ -> {
            throw error;
        };
        try (PackWriter packs = new PackWriter(Contents.ids(1), sink, SMALL_PACK, 2)) {
            sealTimes(1, new AtomicInteger(), packs);
            assertThatThrownBy(packs::finish).hasCause(error);
            assertThat(packs.packs()).isZero();
        }
    }

    @Test
    void whoWaitsCanBeInterruptedAndNothingIsLostByIt() throws InterruptedException {
        GatedSink sink = new GatedSink();
        try (PackWriter packs = new PackWriter(Contents.ids(1), sink, SMALL_PACK, 2)) {
            Running<Integer> writer = new Running<>(() -> sealTimes(100, new AtomicInteger(), packs));
            writer.awaitWaiting();
            writer.thread.interrupt();
            assertThat(writer.failure()).isInstanceOf(InterruptedException.class);

            Running<Integer> finishing = new Running<>(() -> {
                packs.finish();
                return 0;
            });
            finishing.awaitWaiting();
            finishing.thread.interrupt();
            assertThat(finishing.failure()).isInstanceOf(InterruptedException.class);

            sink.open();
            sealTimes(9, new AtomicInteger(), packs);
            packs.finish();
            assertThat(sink.behind.packs).hasSize(5);
        }
    }

    @Test
    void closingEndsThoseWhoWaitAndTheStoresWork() throws InterruptedException {
        GatedSink sink = new GatedSink();
        PackWriter packs = new PackWriter(Contents.ids(1), sink, SMALL_PACK, 2);
        Running<Integer> writer = new Running<>(() -> sealTimes(100, new AtomicInteger(), packs));
        writer.awaitWaiting();
        eventually(() -> sink.waiting.get() == 2);
        packs.close();
        assertThat(writer.failure()).isInstanceOf(IllegalStateException.class);
        eventually(() -> sink.waiting.get() == 0);
        assertThat(sink.behind.packs).isEmpty();
        assertThatThrownBy(packs::finish).isInstanceOf(IllegalStateException.class);
        packs.close();
    }

    @Test
    void aPlaceThatIsFilledAfterClosingHarmsNobody() throws InterruptedException {
        SinkInMemory sink = new SinkInMemory();
        PackWriter packs = new PackWriter(Contents.ids(1), sink, 32 + 20 + 8 + 16, 1);
        PackWriter.Place place = packs.reserve(SlotKind.BLOCK, 20, Contents.digest(0));
        Running<Integer> finishing = new Running<>(() -> {
            packs.finish();
            return 0;
        });
        finishing.awaitWaiting();
        packs.close();
        fill(place, 20);
        assertThat(finishing.failure()).isInstanceOf(IllegalStateException.class);
        assertThat(sink.packs).isEmpty();
    }

    @Test
    void aSlotThatFitsNoPackIsRefusedAndLeavesNoEmptyPackBehind() throws InterruptedException {
        SinkInMemory sink = new SinkInMemory();
        try (PackWriter packs = new PackWriter(Contents.ids(1), sink, SMALL_PACK, 1)) {
            int longest = SMALL_PACK - 32 - 8 - 16;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> packs.reserve(SlotKind.BLOCK, longest + 1, Contents.digest(0)));
            packs.finish();
            assertThat(sink.packs).isEmpty();
            fill(packs.reserve(SlotKind.BLOCK, longest, Contents.digest(0)), longest);
            packs.finish();
            assertThat(sink.packs).hasSize(1);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new PackWriter(Contents.ids(1), sink, (64 << 20) + 1, 1));
    }

    @Test
    void whenNoIdCanBeHadTheNextMaySucceed() throws InterruptedException {
        SinkInMemory sink = new SinkInMemory();
        AtomicInteger calls = new AtomicInteger();
        Supplier<PackId> ids = Contents.ids(1);
        Supplier<PackId> failing = () -> {
            if (calls.incrementAndGet() <= 3) {
                throw new IllegalStateException("no id");
            }
            return ids.get();
        };
        try (PackWriter packs = new PackWriter(failing, sink, SMALL_PACK, 1)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> sealTimes(1, new AtomicInteger(), packs))
                        .hasMessage("no id");
            }
            sealTimes(9, new AtomicInteger(), packs);
            packs.finish();
        }
        assertThat(sink.packs).hasSize(3);
    }

    @Test
    void aKeyThatIsRefusedFailsEverybodyWithThatReason() throws InterruptedException {
        LifeboatException refused = new LifeboatException(ErrorCode.VAULT_GROUP_NOT_GRANTED, "Not yours.");
        PackKeys keys = (_, _) -> {
            throw refused;
        };
        SinkInMemory sink = new SinkInMemory();
        try (PackWriter packs = new PackWriter(Contents.ids(1), sink, SMALL_PACK, 2)) {
            SlotSealer sealer = new SlotSealer(SlotKind.BLOCK, Contents.VAULT_ID, keys, new Zstandard(1));
            assertThatThrownBy(() -> seal(sealer, packs)).isSameAs(refused);
            assertThatThrownBy(packs::finish).isSameAs(refused);
        }
        assertThat(sink.packs).isEmpty();
    }

    @Test
    void aPlaceThatIsGivenUpFailsEverybody() throws InterruptedException {
        SinkInMemory sink = new SinkInMemory();
        try (PackWriter packs = new PackWriter(Contents.ids(1), sink, SMALL_PACK, 2)) {
            packs.reserve(SlotKind.BLOCK, 20, Contents.digest(0)).close();
            assertReadBackFailed(packs::finish);
        }
        assertThat(sink.packs).isEmpty();
    }

    @Test
    void whatCompressionSpoilsNeverReachesTheStore() throws InterruptedException {
        RandomGenerator random = Contents.seeded(40);
        int refused = 0;
        for (int round = 0; round < 300; round++) {
            byte[] content = Contents.mixed(20_000, round);
            SinkInMemory sink = new SinkInMemory();
            try (PackWriter packs = new PackWriter(Contents.ids(1), sink, 1 << 18, 2)) {
                seal(sealer(SlotKind.BLOCK, new Zstandard(1)), packs);
                Compression faulty = new FaultyCompression(new Zstandard(1), damage(round, random.nextInt(1 << 20)));
                try {
                    sealer(SlotKind.BLOCK, faulty).seal(content, 0, content.length, Contents.digest(2), packs);
                    packs.finish();
                    // A frame has bits that mean nothing: their change is no damage to the content.
                    assertOpensTo(content, sink);
                } catch (LifeboatException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.VAULT_READ_BACK_FAILED);
                    assertReadBackFailed(packs::finish);
                    assertThat(sink.packs).isEmpty();
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(290);
    }

    private static FaultyCompression.Damage damage(int kind, int where) {
        return switch (kind % 3) {
            case 0 ->
                (bytes, at, length) -> {
                    bytes[at + where / 8 % length] ^= (byte) (1 << where % 8);
                    return length;
                };
            case 1 -> (_, _, length) -> length - 1 - where % Math.min(length - 1, 50);
            default ->
                (bytes, at, length) -> {
                    Arrays.fill(bytes, at, at + length, (byte) where);
                    return length;
                };
        };
    }

    private static void assertOpensTo(byte[] content, SinkInMemory sink) {
        PackId id = new PackId(new SessionId(1), 1);
        SlotAddress at = sink.table(id).entries().get(1).address();
        byte[] into = new byte[Block.SIZE];
        int length = new SlotOpener(SlotKind.BLOCK, Contents.VAULT_ID, KEYS, new Zstandard(1))
                .open(id, 1, sink.slot(at), 0, at.length(), into);
        assertThat(Arrays.copyOf(into, Math.max(length, 0))).isEqualTo(content);
    }

    @Test
    void anySlotThatChangesInThePacksBufferNeverReachesTheStore() throws InterruptedException {
        RandomGenerator random = Contents.seeded(50);
        for (int round = 0; round < 200; round++) {
            SinkInMemory sink = new SinkInMemory();
            try (PackWriter packs = new PackWriter(Contents.ids(1), sink, 1 << 18, 2)) {
                SlotSealer sealer = sealer(SlotKind.BLOCK, new Zstandard(1));
                SlotAddress at = seal(sealer, packs);
                seal(sealer, packs);
                PackWriter.Place place = packs.reserve(SlotKind.NODE, 20, Contents.digest(3));
                byte[] buffer = place.pack();
                fill(place, 20);
                SlotAddress hit = round % 2 == 0 ? at : place.address();
                buffer[hit.offset() + random.nextInt(hit.length())] ^= (byte) (1 << random.nextInt(8));
                assertReadBackFailed(packs::finish);
                assertThat(packs.packs()).isZero();
            }
            assertThat(sink.packs).isEmpty();
        }
    }

    private static void assertReadBackFailed(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VAULT_READ_BACK_FAILED));
    }

    private static SlotSealer sealer(SlotKind kind, Compression compression) {
        return new SlotSealer(kind, Contents.VAULT_ID, KEYS, compression);
    }

    private static SlotAddress seal(SlotSealer sealer, PackWriter packs) throws InterruptedException {
        return sealer.seal(CONTENT, 0, CONTENT.length, Contents.digest(7), packs);
    }

    private static int sealTimes(int times, AtomicInteger sealed, PackWriter packs) throws InterruptedException {
        SlotSealer sealer = sealer(SlotKind.BLOCK, new Zstandard(1));
        for (int i = 0; i < times; i++) {
            seal(sealer, packs);
            sealed.incrementAndGet();
        }
        return times;
    }

    private static void fill(PackWriter.Place place, int length) {
        CRC32C crc = new CRC32C();
        crc.update(place.pack(), place.address().offset(), length);
        place.sealed((int) crc.getValue());
        place.close();
    }

    /** Waits for what another thread is about to do. */
    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        for (int look = 0; look < 20_000; look++) {
            if (condition.getAsBoolean()) {
                return;
            }
            Thread.sleep(1);
        }
        throw new AssertionError("it did not come to pass");
    }
}
