package dev.lifeboat.offline;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.store.BlobStore;
import picocli.CommandLine.Mixin;

/**
 * The options of commands that read a vault: with credentials points and trees can be read, with passphrase or kit
 * everything. Mixed into commands.
 */
final class ReadAccess {

    @Mixin
    private KeyAccess key = new KeyAccess();

    @Mixin
    private CredentialsOption credentials = new CredentialsOption();

    /** Whether blocks can be opened. */
    boolean opensBlocks() {
        return key.given();
    }

    /** Whether there is anything to open the vault with. */
    boolean given() {
        return key.given() || credentials.given();
    }

    /** The store of the vault, for what can be said without opening it. */
    BlobStore store(OfflineContext context) {
        return key.store(context);
    }

    /** The vault, opened with the best of what was given. */
    Vault open(OfflineContext context) {
        if (key.given()) {
            return key.open(context);
        }
        if (!credentials.given()) {
            throw new LifeboatException(
                    ErrorCode.VAULT_KEY_REQUIRED, "None of --credentials, --passphrase-file and --kit was given.");
        }
        BlobStore store = key.store(context);
        Credentials read = credentials.read();
        return Vault.open(store, read.anchor(), SessionKeys.none());
    }

    /** The vault, opened with passphrase or kit. */
    Vault openWithKey(OfflineContext context) {
        return key.open(context);
    }
}
