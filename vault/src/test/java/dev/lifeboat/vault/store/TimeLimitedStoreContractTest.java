package dev.lifeboat.vault.store;

import java.time.Duration;

/** The contract, kept by a store that answers in time. */
class TimeLimitedStoreContractTest extends BlobStoreContract {

    private static final Duration LONG = Duration.ofMinutes(1);

    @Override
    protected BlobStore emptyStore() {
        return new TimeLimitedStore(new MemoryStore("test"), LONG, LONG, new SteppedTime());
    }
}
