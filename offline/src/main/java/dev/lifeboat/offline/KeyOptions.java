package dev.lifeboat.offline;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.VaultDescription;
import dev.lifeboat.vault.key.Passphrase;
import dev.lifeboat.vault.key.RecoveryKit;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.store.BlobStore;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that open a vault's root secret: a passphrase or the recovery kit. Mixed into commands. */
final class KeyOptions {

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "File with the passphrase; a line break at its end does not count.")
    private @Nullable Path passphraseFile;

    @Option(names = "--kit", paramLabel = "FILE", description = "The recovery kit, instead of the passphrase.")
    private @Nullable Path kitFile;

    /** Whether one of them was given. */
    boolean given() {
        return passphraseFile != null || kitFile != null;
    }

    /**
     * The root secret of the vault in this store. A person at a terminal who named neither file is asked.
     *
     * @throws LifeboatException when neither option was given, or what was given does not open it
     */
    RootSecret open(BlobStore store) {
        Path kit = kitFile;
        Path passphrase = passphraseFile;
        if (kit != null) {
            RootSecret root = RecoveryKit.parse(TextFile.read(kit, RecoveryKit.MAX_CHARACTERS));
            RecoveryKit.requireVault(root, VaultDescription.read(store).vault());
            return root;
        }
        if (passphrase != null) {
            return SealedRoots.in(store).open(Passphrase.read(passphrase));
        }
        try (Passphrase typed = PassphrasePrompt.ask(store.describe())
                .orElseThrow(() -> new LifeboatException(
                        ErrorCode.VAULT_KEY_REQUIRED, "Neither --passphrase-file nor --kit was given."))) {
            return SealedRoots.in(store).open(typed);
        }
    }
}
