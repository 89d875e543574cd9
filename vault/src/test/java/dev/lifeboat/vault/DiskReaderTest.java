package dev.lifeboat.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.vault.disk.DiskReader;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.store.CountingStore;
import dev.lifeboat.vault.store.Fault;
import dev.lifeboat.vault.store.FaultPlan;
import dev.lifeboat.vault.store.FaultyStore;
import dev.lifeboat.vault.store.MemoryStore;
import dev.lifeboat.vault.store.StoreOperation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Disks are read by many at once, from stores that fail, in bounded memory. */
class DiskReaderTest {

    private static final int BLOCK = 65_536;
    private static final int THREADS = 8;

    private final CountingStore store = new CountingStore(new MemoryStore("memory"));
    private final TestVault vault = new TestVault(store, 6);
    private final Credentials writer = vault.credentials("host-1", "shop");

    @Test
    void manyThreadsReadTheSameDiskAtOnce() throws Exception {
        byte[] disk = TestVault.randomBytes(1, 150 * BLOCK + 77);
        Arrays.fill(disk, 20 * BLOCK, 60 * BLOCK, (byte) 0);
        Point point = publish(disk);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS);
                ExecutorService ahead = Executors.newFixedThreadPool(2)) {
            DiskReader reader = vault.opened().reader(point.disk("vda"), ahead);
            List<Future<?>> readings = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                Random random = new Random(thread);
                readings.add(threads.submit(() -> {
                    int next = 0;
                    for (int i = 0; i < 60; i++) {
                        int length = 1 + random.nextInt(3 * BLOCK);
                        int offset = random.nextBoolean() && next + length < disk.length
                                ? next
                                : random.nextInt(disk.length - length);
                        assertThat(read(reader, offset, length))
                                .isEqualTo(Arrays.copyOfRange(disk, offset, offset + length));
                        next = offset + length;
                    }
                    return null;
                }));
            }
            for (Future<?> reading : readings) {
                reading.get();
            }
        }
    }

    @Test
    void whatWasToBeFetchedAheadAndCameTooLateHoldsNoMemory() throws Exception {
        byte[] block = TestVault.randomBytes(1, BLOCK);
        byte[] disk = new byte[2048 * BLOCK];
        for (int at = 0; at < disk.length; at += BLOCK) {
            System.arraycopy(block, 0, disk, at, BLOCK);
        }
        Point point = publish(disk);
        List<Runnable> neverRun = new ArrayList<>();
        DiskReader reader = vault.opened().reader(point.disk("vda"), neverRun::add);
        long before = usedMemory();

        for (int at = 0; at < disk.length; at += 2 * BLOCK) {
            read(reader, at, 2 * BLOCK);
        }

        assertThat(neverRun).hasSizeGreaterThan(100);
        // The blocks read last are 32 MiB; all of them are 128.
        assertThat(usedMemory() - before).isLessThan(64L << 20);
        assertThat(neverRun).isNotEmpty();
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void aBlockThatManyWantIsFetchedOnce() throws Exception {
        Point point = publish(TestVault.randomBytes(1, 3 * BLOCK));
        DiskReader reader = vault.opened().reader(point.disk("vda"), Runnable::run);
        long before = store.snapshot().calls(StoreOperation.GET_RANGE);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<byte[]>> readings = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                readings.add(threads.submit(() -> read(reader, BLOCK, 100)));
            }
            for (Future<byte[]> reading : readings) {
                assertThat(reading.get()).isEqualTo(readings.getFirst().get());
            }
        }
        assertThat(store.snapshot().calls(StoreOperation.GET_RANGE) - before).isEqualTo(2); // the root and the block
    }

    @Test
    void aFailedFetchFailsTheReadersAndALaterReadSucceeds() throws Exception {
        byte[] disk = TestVault.randomBytes(1, 100 * BLOCK);
        Point point = publish(disk);
        AtomicBoolean down = new AtomicBoolean(true);
        FaultPlan plan = (operation, name) ->
                down.get() && operation == StoreOperation.GET_RANGE ? Fault.UNAVAILABLE : Fault.NONE;
        DiskReader reader = vault.opened(faulty(plan)).reader(point.disk("vda"), Runnable::run);
        for (int thread = 0; thread < 3; thread++) {
            assertThat(catchThrowable(() -> read(reader, 5, 3 * BLOCK)))
                    .is(TestVault.code(ErrorCode.VAULT_STORE_FAILED));
        }

        down.set(false);

        assertThat(read(reader, 5, 3 * BLOCK)).isEqualTo(Arrays.copyOfRange(disk, 5, 5 + 3 * BLOCK));
    }

    @Test
    void aFailureOfWhatNobodyAskedForYetFailsNobody() throws Exception {
        byte[] disk = TestVault.randomBytes(1, 60 * BLOCK);
        Point point = publish(disk);
        AtomicBoolean down = new AtomicBoolean();
        FaultPlan plan = (operation, name) ->
                down.get() && operation == StoreOperation.GET_RANGE ? Fault.UNAVAILABLE : Fault.NONE;
        DiskReader reader = vault.opened(faulty(plan)).reader(point.disk("vda"), Runnable::run);
        read(reader, 0, BLOCK);
        down.set(true);
        reader.prefetch(10L * BLOCK, 5L * BLOCK);
        down.set(false);

        assertThat(read(reader, 10 * BLOCK, BLOCK)).isEqualTo(Arrays.copyOfRange(disk, 10 * BLOCK, 11 * BLOCK));
    }

    @Test
    void whoRefusesToReadAheadDoesNotFailTheReading() throws Exception {
        byte[] disk = TestVault.randomBytes(1, 60 * BLOCK);
        DiskReader reader = vault.opened().reader(publish(disk).disk("vda"), run -> {
            throw new RejectedExecutionException("busy");
        });
        for (int offset = 0; offset < disk.length; offset += 3 * BLOCK) {
            assertThat(read(reader, offset, 3 * BLOCK)).isEqualTo(Arrays.copyOfRange(disk, offset, offset + 3 * BLOCK));
        }
    }

    @Test
    void aBitFlippedOnTheWayFromTheStoreIsReadAgain() throws Exception {
        byte[] disk = TestVault.randomBytes(1, 60 * BLOCK);
        Point point = publish(disk);
        AtomicBoolean flip = new AtomicBoolean();
        FaultPlan plan = (operation, name) ->
                operation == StoreOperation.GET_RANGE && flip.getAndSet(false) ? Fault.READ_FLIPPED : Fault.NONE;
        DiskReader reader = vault.opened(faulty(plan)).reader(point.disk("vda"), Runnable::run);
        for (int block = 0; block < 60; block += 7) {
            flip.set(true);
            assertThat(read(reader, block * BLOCK, 1000))
                    .isEqualTo(Arrays.copyOfRange(disk, block * BLOCK, block * BLOCK + 1000));
        }
    }

    @Test
    void onlySoManyBlocksAreKept() throws Exception {
        byte[] disk = TestVault.randomBytes(1, 600 * BLOCK);
        DiskReader reader = vault.opened().reader(publish(disk).disk("vda"), Runnable::run);
        for (int block = 0; block < 600; block++) {
            // Backwards, so that nothing is read ahead.
            read(reader, (599 - block) * BLOCK, 10);
        }
        long before = store.snapshot().bytesReceived();
        for (int block = 0; block < 512; block++) {
            read(reader, block * BLOCK + 20, 10);
        }
        assertThat(store.snapshot().bytesReceived()).isEqualTo(before);
        read(reader, 599 * BLOCK, 10);
        assertThat(store.snapshot().bytesReceived()).isGreaterThan(before);
    }

    @Test
    void nothingOutsideOfTheDiskIsRead() throws Exception {
        DiskReader reader = vault.opened().reader(publish(new byte[] {1, 2, 3}).disk("vda"), Runnable::run);
        assertThatThrownBy(() -> read(reader, 1, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> read(reader, -1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(read(reader, 3, 0)).isEmpty();
    }

    private FaultyStore faulty(FaultPlan plan) {
        return new FaultyStore(store, plan, Duration.ZERO, vault.time, new Random(4));
    }

    private Point publish(byte[] disk) throws Exception {
        try (WriterSession session = vault.session(writer)) {
            return TestVault.publish(session, "shop", new MemoryDisk(disk));
        }
    }

    private static byte[] read(DiskReader reader, int offset, int length) throws InterruptedException {
        ByteBuffer content = ByteBuffer.allocate(length);
        reader.read(offset, content);
        return content.array();
    }
}
