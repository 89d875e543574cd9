package dev.lifeboat.vault.store;

import dev.lifeboat.model.ByteCount;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract, kept by a store with a cache before it. */
class CachedStoreContractTest extends BlobStoreContract {

    @TempDir
    private Path folder;

    @Override
    protected BlobStore emptyStore() {
        return new CachedStore(new MemoryStore("slow"), folder, ByteCount.ofMebibytes(1));
    }

    @AfterEach
    void close() {
        ((CachedStore) store).close();
    }
}
