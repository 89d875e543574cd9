package dev.lifeboat.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lifeboat.vault.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every store keeps. A store's own test extends this and says how to make one; what is special to the store is
 * tested there.
 */
abstract class BlobStoreContract {

    private static final ObjectName NAME = ObjectName.of("packs/3f/3f9a");
    private static final int RACERS = 16;

    protected BlobStore store = new MemoryStore("none yet");

    /** A new, empty store. */
    protected abstract BlobStore emptyStore() throws Exception;

    /** Whether an answer is always that of the first attempt; not so behind retries. */
    protected boolean answersAreThoseOfTheFirstAttempt() {
        return true;
    }

    @BeforeEach
    void makeStore() throws Exception {
        store = emptyStore();
    }

    @Test
    void whatWasPutCanBeReadAtOnce() {
        assertThat(store.putIfAbsent(NAME, bytes("one"), bytes(""), bytes(" and "), bytes("two")))
                .isEqualTo(PutResult.CREATED);

        assertThat(text(NAME)).isEqualTo("one and two");
        assertThat(store.head(NAME)).contains(new ObjectStat(NAME, 11));
        assertThat(listed("")).containsExactly("packs/3f/3f9a");
    }

    @Test
    void anObjectMayBeEmpty() {
        assertThat(store.putIfAbsent(NAME)).isEqualTo(PutResult.CREATED);

        assertThat(store.get(NAME)).isEmpty();
        assertThat(store.head(NAME)).contains(new ObjectStat(NAME, 0));
        store.getRange(NAME, 0, ByteBuffer.allocate(0));
    }

    @Test
    void aPutDoesNotMoveTheCallersBuffersAndReadsOnlyBetweenPositionAndLimit() {
        ByteBuffer heap = bytes("xone").position(1);
        ByteBuffer direct = ByteBuffer.allocateDirect(5).put(0, "twoxx".getBytes(StandardCharsets.US_ASCII));
        direct.limit(3);

        store.putIfAbsent(NAME, heap, direct.asReadOnlyBuffer(), direct);

        assertThat(text(NAME)).isEqualTo("onetwotwo");
        assertThat(List.of(heap.position(), heap.limit(), direct.position(), direct.limit()))
                .containsExactly(1, 4, 0, 3);
    }

    @Test
    void nothingIsEverOverwritten() {
        store.putIfAbsent(NAME, bytes("first"));

        assertThat(store.putIfAbsent(NAME, bytes("second"))).isEqualTo(PutResult.EXISTS);
        assertThat(store.putIfAbsent(NAME, bytes("first"))).isEqualTo(PutResult.EXISTS);
        assertThat(text(NAME)).isEqualTo("first");
    }

    @Test
    void ofManyWritersOfOneNameExactlyOneWinsAndItsBytesAreThere() throws Exception {
        int names = 20;
        List<List<Integer>> winners = new ArrayList<>();
        for (int name = 0; name < names; name++) {
            winners.add(Collections.synchronizedList(new ArrayList<>()));
        }
        CyclicBarrier start = new CyclicBarrier(RACERS);
        atOnce(RACERS, racer -> {
            for (int name = 0; name < names; name++) {
                start.await();
                byte[] content = racersBytes(name, racer);
                if (store.putIfAbsent(slot(name), ByteBuffer.wrap(content)) == PutResult.CREATED) {
                    winners.get(name).add(racer);
                }
                // Whoever has an answer can read.
                assertThat(store.get(slot(name))).hasSizeGreaterThan(10_000);
            }
        });

        for (int name = 0; name < names; name++) {
            assertThat(winners.get(name)).as("winners of %s", slot(name)).hasSize(1);
            assertThat(store.get(slot(name)))
                    .isEqualTo(racersBytes(name, winners.get(name).getFirst()));
        }
    }

    @Test
    void rangesAreExactAtBothEnds() {
        store.putIfAbsent(NAME, bytes("0123456789"));

        assertThat(range(0, 10)).isEqualTo("0123456789");
        assertThat(range(0, 1)).isEqualTo("0");
        assertThat(range(9, 1)).isEqualTo("9");
        assertThat(range(3, 4)).isEqualTo("3456");
        assertThat(range(10, 0)).isEmpty();
    }

    @Test
    void aRangeFillsTheBufferBetweenPositionAndLimit() {
        store.putIfAbsent(NAME, bytes("0123456789"));
        ByteBuffer into = bytes("abcdef").position(1).limit(4);

        store.getRange(NAME, 5, into);

        assertThat(into.position()).isEqualTo(4);
        assertThat(into.clear()).isEqualTo(bytes("a567ef"));
        ByteBuffer direct = ByteBuffer.allocateDirect(2);
        store.getRange(NAME, 8, direct);
        assertThat(direct.flip()).isEqualTo(bytes("89"));
    }

    @Test
    void aRangeBeyondTheEndIsRefusedAndLeavesThePosition() {
        store.putIfAbsent(NAME, bytes("0123456789"));

        for (long offset : new long[] {8, 10, 11, Integer.MAX_VALUE, Long.MAX_VALUE}) {
            ByteBuffer into = ByteBuffer.allocate(4).position(1);
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> store.getRange(NAME, offset, into))
                    .withMessageContaining(NAME.text())
                    .matches(e -> e.kind() == Kind.PAST_END);
            assertThat(into.position()).isEqualTo(1);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> store.getRange(NAME, -1, ByteBuffer.allocate(1)));
    }

    @Test
    void whatIsNotThereIsMissing() {
        store.putIfAbsent(NAME, bytes("x"));

        for (String name : List.of("packs/3f/3f9b", "packs/3f", "packs", "points/a", "packs/3f/3f9a/below")) {
            ObjectName missing = ObjectName.of(name);
            assertThat(store.head(missing)).isEmpty();
            assertThat(store.delete(missing)).isFalse();
            assertThatExceptionOfType(ObjectMissing.class)
                    .isThrownBy(() -> store.get(missing))
                    .withMessageContaining(name)
                    .withMessageContaining(store.describe());
            assertThatExceptionOfType(ObjectMissing.class)
                    .isThrownBy(() -> store.getRange(missing, 0, ByteBuffer.allocate(1)));
        }
        assertThat(listed("")).containsExactly("packs/3f/3f9a");
    }

    @Test
    void deletingIsSeenAtOnceAndMayBeRepeated() {
        store.putIfAbsent(NAME, bytes("x"));

        boolean wasThere = store.delete(NAME);
        boolean wasThereStill = store.delete(NAME);

        if (answersAreThoseOfTheFirstAttempt()) {
            assertThat(wasThere).isTrue();
        }
        assertThat(wasThereStill).isFalse();
        assertThat(store.head(NAME)).isEmpty();
        assertThat(listed("")).isEmpty();
        assertThatExceptionOfType(ObjectMissing.class).isThrownBy(() -> store.get(NAME));
        assertThat(store.putIfAbsent(NAME, bytes("another"))).isEqualTo(PutResult.CREATED);
        assertThat(range(0, 7)).isEqualTo("another");
    }

    @Test
    void listsAreInTheOrderOfTheNamesAndNotOfTheFolders() {
        List<String> names = List.of("a-b", "a.b", "a/b", "a/b-c", "a/b.c/d", "a/c/d", "a0", "aB", "a_b", "ab");
        List<String> mixed = new ArrayList<>(names);
        Collections.reverse(mixed);
        mixed.forEach(name -> store.putIfAbsent(ObjectName.of(name), bytes(name)));

        List<String> sorted = names.stream().sorted().toList();
        assertThat(listed("")).isEqualTo(sorted);
        store.list(
                "", stat -> assertThat(stat.size()).isEqualTo(stat.name().text().length()));
    }

    @Test
    void aPrefixIsTheBeginOfNamesAlsoWithinASegment() {
        for (String name : List.of("packs/3f/1", "packs/3f/2", "packs/3e/1", "packs/4", "packs2/1", "points/g/1")) {
            store.putIfAbsent(ObjectName.of(name), bytes("x"));
        }

        assertThat(listed("packs/")).containsExactly("packs/3e/1", "packs/3f/1", "packs/3f/2", "packs/4");
        assertThat(listed("packs")).containsExactly("packs/3e/1", "packs/3f/1", "packs/3f/2", "packs/4", "packs2/1");
        assertThat(listed("packs/3")).containsExactly("packs/3e/1", "packs/3f/1", "packs/3f/2");
        assertThat(listed("packs/3f/")).containsExactly("packs/3f/1", "packs/3f/2");
        assertThat(listed("packs/3f/2")).containsExactly("packs/3f/2");
        assertThat(listed("p")).hasSize(6);
        assertThat(listed("packs/3f/2/")).isEmpty();
        assertThat(listed("packs/3f/22")).isEmpty();
        assertThat(listed("zz/")).isEmpty();
        assertThat(listed("zz")).isEmpty();
    }

    @Test
    void aListingHasEverythingThatWasThereAllTheTimeWhileOthersPutAndDelete() throws Exception {
        List<String> lasting = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            lasting.add("packs/%02d/lasting".formatted(i));
        }
        for (String name : lasting) {
            store.putIfAbsent(ObjectName.of(name), bytes("x"));
        }
        AtomicBoolean over = new AtomicBoolean();
        atOnce(3, worker -> {
            if (worker == 0) {
                for (int i = 0; i < 15; i++) {
                    List<String> found = listed("");
                    assertThat(found).isSorted().doesNotHaveDuplicates().containsAll(lasting);
                }
                over.set(true);
                return;
            }
            // Bounded: a listing that fails must not leave the others running.
            for (int i = 0; i < 5_000 && !over.get(); i++) {
                ObjectName passing = ObjectName.of("packs/%02d/passing-%d-%d".formatted(i % 60, worker, i));
                store.putIfAbsent(passing, bytes("x"));
                assertThat(listed(passing.text())).containsExactly(passing.text());
                store.delete(passing);
                assertThat(listed(passing.text())).isEmpty();
            }
        });
    }

    @Test
    void theReceiverOfAListingMayCallTheStoreAndItsFailureEndsTheListing() {
        store.putIfAbsent(ObjectName.of("a/1"), bytes("x"));
        store.putIfAbsent(ObjectName.of("a/2"), bytes("x"));
        store.list("a/", stat -> store.delete(stat.name()));
        assertThat(listed("")).isEmpty();

        store.putIfAbsent(ObjectName.of("a/1"), bytes("x"));
        store.putIfAbsent(ObjectName.of("a/2"), bytes("x"));
        List<String> seen = new ArrayList<>();
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> store.list("a/", stat -> {
                    seen.add(stat.name().text());
                    throw new StoreException(Kind.UNAVAILABLE, "the receiver's own");
                }));
        assertThat(seen).containsExactly("a/1");
    }

    @Test
    void theLargestObjectIsReadBackWholeAndInParts() {
        byte[] large = new byte[BlobStore.MAX_OBJECT_BYTES];
        new SplittableRandom(7).nextBytes(large);
        int cut = 12_345_677;

        store.putIfAbsent(NAME, ByteBuffer.wrap(large, 0, cut), ByteBuffer.wrap(large, cut, large.length - cut));

        assertThat(store.get(NAME)).isEqualTo(large);
        ByteBuffer part = ByteBuffer.allocate(20_000_000);
        store.getRange(NAME, cut - 1_000, part);
        assertThat(part.flip()).isEqualTo(ByteBuffer.wrap(large, cut - 1_000, 20_000_000));
    }

    @Test
    void anObjectBeyondTheLimitIsRefused() {
        ByteBuffer half = ByteBuffer.allocate(BlobStore.MAX_OBJECT_BYTES / 2);

        assertThatIllegalArgumentException().isThrownBy(() -> store.putIfAbsent(NAME, half, half, bytes("x")));
        assertThat(store.head(NAME)).isEmpty();
    }

    @Test
    void whatCannotBeginANameIsNotListed() {
        for (String prefix : List.of("/", "a//b", "..", "../", "a/../b", ".incoming", ".incoming/", "a b", "a*")) {
            assertThatIllegalArgumentException().isThrownBy(() -> store.list(prefix, stat -> {}));
        }
    }

    @Test
    void theStoreSaysWhatItIs() {
        assertThat(store.describe()).contains(":");
        assertThat(store.traits().conditionalPut()).isTrue();
        assertThat(store.traits().strongListing()).isTrue();
    }

    private static ObjectName slot(int name) {
        return ObjectName.of("points/g%d/%d".formatted(name % 3, name));
    }

    private static byte[] racersBytes(int name, int racer) {
        byte[] bytes = new byte[10_001 + racer];
        new SplittableRandom(name * 100L + racer).nextBytes(bytes);
        return bytes;
    }

    protected static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    protected String text(ObjectName name) {
        return new String(store.get(name), StandardCharsets.US_ASCII);
    }

    private String range(long offset, int length) {
        ByteBuffer into = ByteBuffer.allocate(length);
        store.getRange(NAME, offset, into);
        assertThat(into.hasRemaining()).isFalse();
        return new String(into.array(), StandardCharsets.US_ASCII);
    }

    protected List<String> listed(String prefix) {
        return listed(store, prefix);
    }

    static List<String> listed(BlobStore store, String prefix) {
        List<String> names = new ArrayList<>();
        store.list(prefix, stat -> names.add(stat.name().text()));
        return names;
    }

    /** What one of several workers does. */
    interface Work {
        void of(int worker) throws Exception;
    }

    static void atOnce(int workers, Work work) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                int worker = i;
                calls.add(() -> {
                    work.of(worker);
                    return worker;
                });
            }
            for (Future<Integer> end : threads.invokeAll(calls, 2, TimeUnit.MINUTES)) {
                end.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError("a worker failed", e.getCause());
        }
    }
}
