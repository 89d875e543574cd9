package dev.lifeboat.vault.store;

import static dev.lifeboat.vault.store.BlobStoreContract.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PublicationTest {

    private static final ObjectName NAME = ObjectName.of("points/g/1-2");

    private final MemoryStore memory = new MemoryStore("test");

    @Test
    void theRetryFindsItsOwnBytes() {
        assertThat(Publication.publish(memory, NAME, bytes("mi"), bytes("ne"))).isEqualTo(Publication.Result.STORED);
        assertThat(Publication.publish(memory, NAME, bytes("mine"))).isEqualTo(Publication.Result.FOUND);
        Publication.publishOwn(memory, NAME, bytes("m"), bytes("ine"));
    }

    @Test
    void otherBytesAreAConflictAndStay() {
        memory.putIfAbsent(NAME, bytes("their"));

        for (String mine : new String[] {"thei", "theirs", "thxir", ""}) {
            assertThat(Publication.publish(memory, NAME, bytes(mine))).isEqualTo(Publication.Result.CONFLICT);
        }
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> Publication.publishOwn(memory, NAME, bytes("mine")))
                .withMessageContaining(NAME.text())
                .matches(e -> e.code() == ErrorCode.VAULT_STORE_CONFLICT);
        assertThat(memory.get(NAME)).asString().isEqualTo("their");
    }

    @ParameterizedTest
    @EnumSource(names = {"ANSWER_LOST", "ANSWERED_EXISTS"})
    void aLostOrWrongAnswerIsClearedUp(Fault fault) {
        assertThat(Publication.publish(faulty(FaultPlan.script(fault)), NAME, bytes("mine")))
                .isEqualTo(Publication.Result.FOUND);
        assertThat(memory.get(NAME)).asString().isEqualTo("mine");
    }

    @Test
    void aLostAnswerOfALoserIsAConflict() {
        memory.putIfAbsent(NAME, bytes("their"));

        assertThat(Publication.publish(faulty(FaultPlan.script(Fault.ANSWER_LOST)), NAME, bytes("mine")))
                .isEqualTo(Publication.Result.CONFLICT);
    }

    @ParameterizedTest
    @EnumSource(names = {"READ_FLIPPED", "READ_CUT"})
    void aSingleBadReadingIsNoConflict(Fault fault) {
        byte[] large = new byte[3_000_000];
        new SplittableRandom(3).nextBytes(large);
        memory.putIfAbsent(NAME, ByteBuffer.wrap(large));
        BlobStore store = faulty(FaultPlan.at(2, fault).only(StoreOperation.GET_RANGE));

        assertThat(Publication.publish(store, NAME, ByteBuffer.wrap(large))).isEqualTo(Publication.Result.FOUND);
    }

    @Test
    void whatWasAlteredOnItsWayIsAConflictForTheRetry() {
        BlobStore store = faulty(FaultPlan.script(Fault.PUT_FLIPPED));
        Publication.publish(store, NAME, bytes("mine"));

        assertThat(Publication.publish(store, NAME, bytes("mine"))).isEqualTo(Publication.Result.CONFLICT);
    }

    @Test
    void aStoreThatNeverAnswersStaysAmbiguousAndOneThatIsFullIsFull() {
        BlobStore silent = faulty(FaultPlan.random(new SplittableRandom(1), 1, Fault.ANSWER_LOST));
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> Publication.publish(silent, NAME, bytes("mine")))
                .matches(e -> e.kind() == Kind.AMBIGUOUS);

        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> Publication.publishOwn(faulty(FaultPlan.script(Fault.FULL)), NAME, bytes("mine")))
                .matches(e -> e.code() == ErrorCode.VAULT_STORE_FULL);
    }

    private FaultyStore faulty(FaultPlan plan) {
        return new FaultyStore(memory, plan, Duration.ZERO, new SteppedTime(), new SplittableRandom(5));
    }
}
