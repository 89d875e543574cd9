package dev.lifeboat.vault.store;

/** The contract, kept by retries over a memory that often fails. */
class UnreliableMemoryStoreTest extends BlobStoreContract {

    @Override
    protected BlobStore emptyStore() {
        return UnreliableStores.over(new MemoryStore("test"), 11);
    }

    @Override
    protected boolean answersAreThoseOfTheFirstAttempt() {
        return false;
    }
}
