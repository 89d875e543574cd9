package dev.lifeboat.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The contract, kept by a store that is opened late, and what it says before. */
class AwaitedStoreTest extends BlobStoreContract {

    private static final ObjectName NAME = ObjectName.of("a/b");

    @Override
    protected BlobStore emptyStore() {
        BlobStore memory = new MemoryStore("late");
        return new AwaitedStore("memory:late", () -> memory);
    }

    @Test
    void untilItIsThereNothingIsKnownOfItAndThenItIsOpenedOnce() {
        AtomicBoolean there = new AtomicBoolean();
        AtomicInteger opened = new AtomicInteger();
        MemoryStore memory = new MemoryStore("late");
        AwaitedStore late = new AwaitedStore("memory:late", () -> {
            if (!there.get()) {
                throw new LifeboatException(ErrorCode.VAULT_NOT_FOUND, "There is no such folder.");
            }
            opened.incrementAndGet();
            return memory;
        });

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> late.head(NAME))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(StoreException.Kind.UNAVAILABLE));
        assertThat(late.describe()).isEqualTo("memory:late");
        there.set(true);
        assertThat(late.head(NAME)).isEmpty();
        assertThat(late.head(NAME)).isEmpty();
        assertThat(opened).hasValue(1);
    }

    @Test
    void anAddressThatIsNoneIsSaidToBe() {
        AwaitedStore late = new AwaitedStore("nowhere", () -> {
            throw new LifeboatException(ErrorCode.VAULT_URL_INVALID, "It is no URL.");
        });

        assertThatExceptionOfType(LifeboatException.class).isThrownBy(() -> late.head(NAME));
    }
}
