package dev.lifeboat.vault.store;

import static dev.lifeboat.vault.store.BlobStoreContract.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.model.Timekeeper;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that may hang, before a reader that must not. */
class TimeLimitedStoreTest {

    private static final ObjectName NAME = ObjectName.of("packs/3f/1");
    private static final Duration LIMIT = Duration.ofMillis(400);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final HangingStore hanging = new HangingStore();
    private final TimeLimitedStore store = new TimeLimitedStore(hanging, LIMIT, SHORT, new RunningTime());

    /** The computer's time. */
    private static final class RunningTime implements Timekeeper {
        @Override
        public Instant instant() {
            return Instant.now();
        }

        @Override
        public Duration elapsed() {
            return Duration.ofNanos(System.nanoTime());
        }

        @Override
        public void pause(Duration duration) throws InterruptedException {
            Thread.sleep(duration);
        }
    }

    /** Reads do not come back as long as the store hangs. */
    private static final class HangingStore implements BlobStore {
        private final MemoryStore store = new MemoryStore("hanging");
        private volatile CountDownLatch answering = new CountDownLatch(0);

        void hang() {
            answering = new CountDownLatch(1);
        }

        void answer() {
            answering.countDown();
        }

        private BlobStore awaited() {
            try {
                answering.await();
            } catch (InterruptedException e) {
                throw StoreException.interrupted(this, e);
            }
            return store;
        }

        @Override
        public PutResult putIfAbsent(ObjectName name, ByteBuffer... content) {
            return store.putIfAbsent(name, content);
        }

        @Override
        public byte[] get(ObjectName name) {
            return awaited().get(name);
        }

        @Override
        public void getRange(ObjectName name, long offset, ByteBuffer into) {
            awaited().getRange(name, offset, into);
        }

        @Override
        public Optional<ObjectStat> head(ObjectName name) {
            return awaited().head(name);
        }

        @Override
        public void list(String prefix, Consumer<ObjectStat> receiver) {
            awaited().list(prefix, receiver);
        }

        @Override
        public boolean delete(ObjectName name) {
            return store.delete(name);
        }

        @Override
        public StoreTraits traits() {
            return store.traits();
        }

        @Override
        public String describe() {
            return store.describe();
        }
    }

    @BeforeEach
    void put() {
        hanging.putIfAbsent(NAME, bytes("12345"));
    }

    @AfterEach
    void end() {
        hanging.answer();
        store.close();
    }

    private static void assertUnavailable(Runnable call) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(call::run)
                .matches(e -> e.kind() == StoreException.Kind.UNAVAILABLE);
    }

    private static Duration taken(Runnable call) {
        long begin = System.nanoTime();
        call.run();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Test
    void aCallThatHangsIsAbandonedInTimeAndTheNextOneTriesAgain() {
        hanging.hang();
        assertThat(taken(() -> assertUnavailable(() -> store.get(NAME)))).isGreaterThanOrEqualTo(LIMIT);
        assertThat(store.isSilent()).isTrue();

        hanging.answer();
        assertThat(store.get(NAME)).isEqualTo("12345".getBytes(StandardCharsets.US_ASCII));
        assertThat(store.isSilent()).isFalse();
    }

    @Test
    void aSilentStoreIsWaitedForShortly() {
        hanging.hang();
        assertUnavailable(() -> store.head(NAME));
        assertThat(taken(() -> assertUnavailable(() -> store.head(NAME)))).isLessThan(LIMIT);
    }

    @Test
    void aLateAnswerEndsTheSilence() throws InterruptedException {
        hanging.hang();
        assertUnavailable(() -> store.head(NAME));
        hanging.answer();
        assertThat(new RunningTime().await(Duration.ofMinutes(1), Duration.ofMillis(5), () -> !store.isSilent()))
                .isTrue();
    }

    @Test
    void callsTogetherShareOneLimit() {
        hanging.hang();
        Duration taken = taken(() -> store.together(() -> {
            for (int i = 0; i < 10; i++) {
                assertUnavailable(() -> store.get(NAME));
            }
            return 0;
        }));
        // Each by itself would take the short limit again.
        assertThat(taken).isLessThan(LIMIT.plus(SHORT.multipliedBy(9)));
    }

    @Test
    void aBufferIsNotTouchedAfterItsCallWasAbandoned() throws InterruptedException {
        hanging.hang();
        ByteBuffer buffer = ByteBuffer.allocate(5);
        assertUnavailable(() -> store.getRange(NAME, 0, buffer));
        hanging.answer();
        assertThat(new RunningTime().await(Duration.ofMinutes(1), Duration.ofMillis(5), () -> !store.isSilent()))
                .isTrue();
        assertThat(buffer.array()).containsOnly(0);
        assertThat(buffer.position()).isZero();
    }

    @Test
    void callsThatHangAreBoundedAndTheirPlacesComeBack() throws InterruptedException {
        hanging.hang();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 3 * TimeLimitedStore.MOST_CALLS; i++) {
            callers.add(Thread.ofPlatform().start(() -> assertUnavailable(() -> store.get(NAME))));
        }
        for (Thread caller : callers) {
            caller.join();
        }
        long stuck = Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> List.of(thread.getValue()).stream()
                        .anyMatch(frame -> frame.getClassName().equals(HangingStore.class.getName())))
                .count();
        assertThat(stuck).isEqualTo(TimeLimitedStore.MOST_CALLS);

        hanging.answer();
        assertThat(new RunningTime().await(Duration.ofMinutes(1), Duration.ofMillis(5), () -> !store.isSilent()))
                .isTrue();
        assertThat(store.get(NAME)).hasSize(5);
    }
}
