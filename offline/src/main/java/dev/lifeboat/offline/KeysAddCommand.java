package dev.lifeboat.offline;

import dev.lifeboat.vault.key.Argon2Cost;
import dev.lifeboat.vault.key.Passphrase;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.SealedRoot;
import dev.lifeboat.vault.store.BlobStore;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lifeboat vault keys add}. */
@Command(name = "add", description = "Add a key: a further passphrase that opens the vault.")
final class KeysAddCommand extends VaultOperation {

    private final OfflineContext context;

    @Mixin
    private VaultOption vault = new VaultOption();

    @Mixin
    private KeyOptions key = new KeyOptions();

    @Parameters(paramLabel = "NAME", description = "What to call it.")
    private String name = "";

    @Option(
            names = "--new-passphrase-file",
            required = true,
            paramLabel = "FILE",
            description = "File with the passphrase of the new key.")
    private Path passphraseFile = Path.of("");

    KeysAddCommand(OfflineContext context) {
        this.context = context;
    }

    @Override
    int run() {
        KeyName added = KeyName.first(name);
        BlobStore store = vault.store(context);
        try (Passphrase passphrase = Passphrase.read(passphraseFile);
                RootSecret root = key.open(store)) {
            SealedRoots sealed = SealedRoots.in(store);
            sealed.requireNone(added.base());
            sealed.put(SealedRoot.seal(root, added.stored(), passphrase, Argon2Cost.STANDARD, context.random()));
        }
        output().printf("The key %s opens the vault now, too.%n", added.base());
        return 0;
    }
}
