package dev.lifeboat.vault.store;

import static dev.lifeboat.vault.store.BlobStoreContract.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.vault.store.StoreException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RetryingStoreTest {

    private static final ObjectName NAME = ObjectName.of("packs/3f/1");
    private static final RetryPolicy POLICY = new RetryPolicy(4, Duration.ofSeconds(1), Duration.ofSeconds(3));

    private final SteppedTime time = new SteppedTime();
    private final MemoryStore memory = new MemoryStore("test");

    @Test
    void aFailureThatMayPassIsTriedAgainAfterGrowingPauses() {
        memory.putIfAbsent(NAME, bytes("x"));

        retrying(FaultPlan.script(Fault.UNAVAILABLE, Fault.COLLISION, Fault.UNAVAILABLE))
                .get(NAME);

        // 1, 2 and 3 seconds, of each up to a half left out.
        assertThat(time.elapsed()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(6));
    }

    @Test
    void afterTheLastAttemptTheFailureIsTheCallers() {
        assertFails(Kind.UNAVAILABLE, () -> retrying(always(Fault.UNAVAILABLE)).get(NAME));
        assertThat(time.elapsed()).isLessThanOrEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void aPermanentFailureIsNotTriedAgain() {
        BlobStore store = retrying(FaultPlan.script(Fault.FULL, Fault.READ_ONLY));

        assertFails(Kind.FULL, () -> store.putIfAbsent(NAME, bytes("x")));
        assertFails(Kind.READ_ONLY, () -> store.delete(NAME));
        assertFails(Kind.MISSING, () -> store.get(NAME));
        assertThat(time.elapsed()).isZero();
    }

    @Test
    void aPutWhoseAnswerWasLostIsTheCallersOwn() {
        assertThat(retrying(FaultPlan.script(Fault.ANSWER_LOST)).putIfAbsent(NAME, bytes("mine")))
                .isEqualTo(PutResult.CREATED);
    }

    @Test
    void aLoserWhoseAnswerWasLostIsStillALoser() {
        memory.putIfAbsent(NAME, bytes("their"));

        assertThat(retrying(FaultPlan.script(Fault.ANSWER_LOST)).putIfAbsent(NAME, bytes("mine")))
                .isEqualTo(PutResult.EXISTS);
    }

    @Test
    void anObjectThatWasThereBeforeIsNotTakenForTheCallersOwn() {
        memory.putIfAbsent(NAME, bytes("mine"));

        assertThat(retrying(FaultPlan.script(Fault.UNAVAILABLE)).putIfAbsent(NAME, bytes("mine")))
                .isEqualTo(PutResult.EXISTS);
    }

    @Test
    void onceAnAnswerWasLostGivingUpIsAmbiguous() {
        FaultPlan plan = FaultPlan.script(Fault.ANSWER_LOST, Fault.UNAVAILABLE, Fault.UNAVAILABLE, Fault.UNAVAILABLE);

        assertFails(Kind.AMBIGUOUS, () -> retrying(plan).putIfAbsent(NAME, bytes("mine")));
    }

    @Test
    void aListingThatBrokeOffGoesOnWithoutShowingAnythingTwice() {
        List<String> names = new ArrayList<>();
        for (int i = 10; i < 40; i++) {
            names.add("packs/" + i);
            memory.putIfAbsent(ObjectName.of("packs/" + i), bytes("x"));
        }

        BlobStore store = retrying(FaultPlan.script(Fault.ANSWER_LOST, Fault.ANSWER_LOST, Fault.ANSWER_LOST));
        assertThat(BlobStoreContract.listed(store, "packs/")).isEqualTo(names);
    }

    @Test
    void aThreadThatIsAskedToStopDoesNotWait() {
        Thread.currentThread().interrupt();
        try {
            assertFails(
                    Kind.INTERRUPTED, () -> retrying(always(Fault.UNAVAILABLE)).get(NAME));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private BlobStore retrying(FaultPlan plan) {
        FaultyStore faulty = new FaultyStore(memory, plan, Duration.ZERO, time, new SplittableRandom(1));
        return new RetryingStore(faulty, POLICY, time, new SplittableRandom(2));
    }

    private static FaultPlan always(Fault fault) {
        return FaultPlan.random(new SplittableRandom(1), 1, fault);
    }

    private static void assertFails(Kind kind, Runnable call) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(call::run)
                .extracting(StoreException::kind)
                .isEqualTo(kind);
    }
}
