package dev.lifeboat.offline;

import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.BlobStores;
import dev.lifeboat.vault.store.RetryPolicy;
import dev.lifeboat.vault.store.RetryingStore;
import picocli.CommandLine.Option;

/** The option by which every command is told which vault it is about. Mixed into commands. */
final class VaultOption {

    @Option(
            names = "--vault",
            paramLabel = "URL",
            required = true,
            description = "The vault, such as file:///srv/vault.")
    private String url = "";

    String url() {
        return url;
    }

    /** The store of the vault; what may pass by itself is tried again. */
    BlobStore store(OfflineContext context) {
        BlobStore store = BlobStores.open(url, context.time(), context.random());
        return new RetryingStore(store, RetryPolicy.STANDARD, context.time(), context.random());
    }
}
