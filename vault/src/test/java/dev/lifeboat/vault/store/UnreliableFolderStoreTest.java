package dev.lifeboat.vault.store;

import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;

/** The contract, kept by retries over a folder that often fails. */
class UnreliableFolderStoreTest extends BlobStoreContract {

    @TempDir
    private Path folder;

    @Override
    protected BlobStore emptyStore() {
        return UnreliableStores.over(
                FolderStore.create(folder.resolve("store"), new SteppedTime(), new SplittableRandom(12)), 13);
    }

    @Override
    protected boolean answersAreThoseOfTheFirstAttempt() {
        return false;
    }
}
