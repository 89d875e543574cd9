package dev.lifeboat.offline;

import dev.lifeboat.vault.key.Argon2Cost;
import dev.lifeboat.vault.key.Passphrase;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.SealedRoot;
import dev.lifeboat.vault.store.BlobStore;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code lifeboat vault keys change}. The new copy is stored and opened before the old ones are removed. Whenever it is
 * stopped, at least one of them opens the vault; the same command again removes what was left over.
 */
@Command(
        name = "change",
        description = {
            "Give a key another passphrase.",
            "Copies of the vault made before still open with the old one: the root secret stays the same."
        })
final class KeysChangeCommand extends VaultOperation {

    private final OfflineContext context;

    @Mixin
    private VaultOption vault = new VaultOption();

    @Mixin
    private KeyOptions key = new KeyOptions();

    @Parameters(paramLabel = "NAME", description = "Which key.")
    private String name = "";

    @Option(
            names = "--new-passphrase-file",
            required = true,
            paramLabel = "FILE",
            description = "File with the new passphrase.")
    private Path passphraseFile = Path.of("");

    KeysChangeCommand(OfflineContext context) {
        this.context = context;
    }

    @Override
    int run() {
        BlobStore store = vault.store(context);
        SealedRoots sealed = SealedRoots.in(store);
        List<KeyName> before = sealed.editions(name);
        KeyName changed = before.getLast().next();
        try (Passphrase passphrase = Passphrase.read(passphraseFile);
                RootSecret root = key.open(store)) {
            sealed.put(SealedRoot.seal(root, changed.stored(), passphrase, Argon2Cost.STANDARD, context.random()));
            // Only what was seen to open takes the place of what opened until now.
            sealed.open(changed.stored(), passphrase).close();
        }
        before.forEach(sealed::delete);
        output().printf("The key %s opens with the new passphrase now, and no longer with the old one.%n", name);
        return 0;
    }
}
