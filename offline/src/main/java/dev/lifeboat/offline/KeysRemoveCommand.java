package dev.lifeboat.offline;

import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.store.BlobStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lifeboat vault keys remove}. */
@Command(name = "remove", description = "Remove a key; never the last one. Its passphrase opens the vault no longer.")
final class KeysRemoveCommand extends VaultOperation {

    private final OfflineContext context;

    @Mixin
    private VaultOption vault = new VaultOption();

    @Mixin
    private KeyOptions key = new KeyOptions();

    @Parameters(paramLabel = "NAME", description = "Which key.")
    private String name = "";

    KeysRemoveCommand(OfflineContext context) {
        this.context = context;
    }

    @Override
    int run() {
        BlobStore store = vault.store(context);
        // Who cannot open the vault must not be able to lock others out by mistake.
        try (RootSecret _ = key.open(store)) {
            SealedRoots.in(store).remove(name);
        }
        output().printf("The key %s is removed.%n", name);
        return 0;
    }
}
