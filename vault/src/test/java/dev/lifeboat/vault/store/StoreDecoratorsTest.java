package dev.lifeboat.vault.store;

import static dev.lifeboat.vault.store.BlobStoreContract.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.model.ByteCount;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the decorators do to the calls that go through them. */
class StoreDecoratorsTest {

    private static final ObjectName NAME = ObjectName.of("packs/3f/1");

    private final SteppedTime time = new SteppedTime();
    private final MemoryStore memory = new MemoryStore("test");

    @Test
    void aThrottledStoreTakesTheTimeOfItsBytes() {
        ThrottledStore store = new ThrottledStore(memory, new ByteCount(1_000), time);

        store.putIfAbsent(NAME, ByteBuffer.allocate(3_000), ByteBuffer.allocate(500));
        assertThat(time.elapsed()).isEqualTo(Duration.ofMillis(3_500));
        store.get(NAME);
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(7));
        store.getRange(NAME, 0, ByteBuffer.allocate(250));
        assertThat(time.elapsed()).isEqualTo(Duration.ofMillis(7_250));
        store.head(NAME);
        store.list("", stat -> {});
        store.delete(NAME);
        assertThat(time.elapsed()).isEqualTo(Duration.ofMillis(7_250));
    }

    @Test
    void aThrottledStoreDoesNotSaveUpIdleTime() throws InterruptedException {
        ThrottledStore store = new ThrottledStore(memory, new ByteCount(1_000), time);
        time.pause(Duration.ofHours(1));

        store.putIfAbsent(NAME, ByteBuffer.allocate(2_000));

        assertThat(time.elapsed()).isEqualTo(Duration.ofHours(1).plusSeconds(2));
    }

    @Test
    void aDelayedStoreTakesARoundTripForEachCall() {
        DelayedStore store = new DelayedStore(memory, Duration.ofMillis(20), time);

        store.putIfAbsent(NAME, ByteBuffer.allocate(3_000));
        store.get(NAME);
        store.getRange(NAME, 0, ByteBuffer.allocate(250));
        store.head(NAME);
        store.list("", stat -> {});
        store.delete(NAME);

        assertThat(time.elapsed()).isEqualTo(Duration.ofMillis(6 * 20));
    }

    @Test
    void aCountingStoreCountsCallsFailuresAndBytes() {
        CountingStore store = new CountingStore(memory);
        store.putIfAbsent(NAME, bytes("12345"));
        store.putIfAbsent(NAME, bytes("12345"));
        StoreCounts before = store.snapshot();

        store.get(NAME);
        store.getRange(NAME, 1, ByteBuffer.allocate(2));
        store.list("", stat -> {});
        store.delete(NAME);
        store.head(NAME);
        assertThatExceptionOfType(ObjectMissing.class).isThrownBy(() -> store.get(NAME));

        assertThat(before.calls(StoreOperation.PUT)).isEqualTo(2);
        assertThat(before.bytesSent()).isEqualTo(10);
        StoreCounts since = store.snapshot().since(before);
        assertThat(since.calls(StoreOperation.PUT)).isZero();
        assertThat(since.calls(StoreOperation.GET)).isEqualTo(2);
        assertThat(since.calls(StoreOperation.GET_RANGE)).isEqualTo(1);
        assertThat(since.calls(StoreOperation.LIST)).isEqualTo(1);
        assertThat(since.calls(StoreOperation.DELETE)).isEqualTo(1);
        assertThat(since.calls(StoreOperation.HEAD)).isEqualTo(1);
        assertThat(since.listed()).isEqualTo(1);
        assertThat(since.failed()).isEqualTo(1);
        assertThat(since.bytesReceived()).isEqualTo(7);
        assertThat(since.bytesSent()).isZero();
    }

    @Test
    void aCrashBeforeACallLeavesNothingAndACrashAfterItTheObject() {
        for (Fault crash : new Fault[] {Fault.CRASH_BEFORE, Fault.CRASH_AFTER}) {
            MemoryStore survivor = new MemoryStore("survivor");
            BlobStore store = faulty(survivor, FaultPlan.at(2, crash));
            store.putIfAbsent(NAME, bytes("x"));

            ObjectName second = ObjectName.of("packs/3f/2");
            assertThatExceptionOfType(StoreCrash.class).isThrownBy(() -> store.putIfAbsent(second, bytes("y")));
            assertThatExceptionOfType(StoreCrash.class).isThrownBy(() -> store.get(NAME));
            assertThat(survivor.head(NAME)).isPresent();
            assertThat(survivor.head(second).isPresent()).isEqualTo(crash == Fault.CRASH_AFTER);
        }
    }

    @Test
    void bitsAreFlippedOneAtATimeOnTheWayInAndOut() {
        byte[] content = new byte[1_000];
        memory.putIfAbsent(NAME, ByteBuffer.wrap(content));
        BlobStore reading = faulty(memory, FaultPlan.script(Fault.READ_FLIPPED, Fault.READ_FLIPPED, Fault.READ_CUT));

        assertThat(bitsSet(reading.get(NAME))).isEqualTo(1);
        ByteBuffer range = ByteBuffer.allocate(100);
        reading.getRange(NAME, 0, range);
        assertThat(bitsSet(range.array())).isEqualTo(1);
        assertThat(reading.get(NAME)).hasSizeLessThan(1_000);
        assertThat(reading.get(NAME)).isEqualTo(content);

        ObjectName second = ObjectName.of("packs/3f/2");
        faulty(memory, FaultPlan.script(Fault.PUT_FLIPPED)).putIfAbsent(second, ByteBuffer.wrap(content));
        assertThat(bitsSet(memory.get(second))).isEqualTo(1);
        assertThat(bitsSet(content)).isZero();
    }

    @Test
    void aDelayedCallIsLate() {
        faulty(memory, FaultPlan.script(Fault.DELAY)).putIfAbsent(NAME, bytes("x"));

        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(30));
        assertThat(memory.head(NAME)).isPresent();
    }

    @Test
    void theSameSeedGivesTheSameFaults() {
        Fault[] one = new Fault[100];
        Fault[] two = new Fault[100];
        FaultPlan first = FaultPlan.random(new SplittableRandom(9), 0.5, Fault.FULL, Fault.DELAY);
        FaultPlan second = FaultPlan.random(new SplittableRandom(9), 0.5, Fault.FULL, Fault.DELAY);
        Arrays.setAll(one, i -> first.next(StoreOperation.PUT, "a"));
        Arrays.setAll(two, i -> second.next(StoreOperation.PUT, "a"));

        assertThat(one).isEqualTo(two).contains(Fault.NONE, Fault.FULL, Fault.DELAY);
    }

    private BlobStore faulty(BlobStore store, FaultPlan plan) {
        return new FaultyStore(store, plan, Duration.ofSeconds(30), time, new SplittableRandom(4));
    }

    private static int bitsSet(byte[] content) {
        int bits = 0;
        for (byte b : content) {
            bits += Integer.bitCount(Byte.toUnsignedInt(b));
        }
        return bits;
    }
}
