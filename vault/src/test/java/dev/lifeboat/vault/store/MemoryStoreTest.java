package dev.lifeboat.vault.store;

/** The contract, kept in memory. */
class MemoryStoreTest extends BlobStoreContract {

    @Override
    protected BlobStore emptyStore() {
        return new MemoryStore("test");
    }
}
