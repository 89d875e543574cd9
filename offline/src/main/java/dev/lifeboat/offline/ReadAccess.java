package dev.lifeboat.offline;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.VaultDisks;
import dev.lifeboat.recovery.home.HomeVault;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.StoredSessions;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.TrustAnchor;
import dev.lifeboat.vault.key.VaultKeys;
import dev.lifeboat.vault.store.BlobStore;
import picocli.CommandLine.Mixin;

/**
 * The options of commands that read a vault: with credentials points and trees can be read, with passphrase or kit
 * everything. Mixed into commands.
 */
final class ReadAccess {

    @Mixin
    private VaultOption vault = new VaultOption();

    @Mixin
    private KeyOptions key = new KeyOptions();

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
        return vault.store(context);
    }

    /** The vault, opened with the best of what was given. */
    Vault open(OfflineContext context) {
        BlobStore store = vault.store(context);
        if (key.given()) {
            return openWithKey(store);
        }
        if (!credentials.given()) {
            throw new LifeboatException(
                    ErrorCode.VAULT_KEY_REQUIRED, "None of --credentials, --passphrase-file and --kit was given.");
        }
        Credentials read = credentials.read();
        return Vault.open(store, read.anchor(), SessionKeys.none());
    }

    /** The vault, opened with passphrase or kit. */
    Vault openWithKey(OfflineContext context) {
        return openWithKey(vault.store(context));
    }

    /** The vault with the keys of its sessions, for who hands some of them on to exports. */
    VaultDisks.OpenVault openForRecovery(OfflineContext context) {
        BlobStore store = vault.store(context);
        try (RootSecret root = key.open(store)) {
            VaultKeys keys = root.keys();
            TrustAnchor anchor = keys.anchor();
            StoredSessions sessions = new StoredSessions(store, anchor, keys.recipientKey());
            return new VaultDisks.OpenVault(vault.url(), Vault.open(store, anchor, sessions), sessions);
        }
    }

    /** The vault, opened with passphrase or kit, with a count of what is read from it. */
    HomeVault openHome(OfflineContext context) {
        BlobStore store = vault.store(context);
        try (RootSecret root = key.open(store)) {
            VaultKeys keys = root.keys();
            TrustAnchor anchor = keys.anchor();
            return HomeVault.open(store, anchor, new StoredSessions(store, anchor, keys.recipientKey()));
        }
    }

    private Vault openWithKey(BlobStore store) {
        try (RootSecret root = key.open(store)) {
            VaultKeys keys = root.keys();
            TrustAnchor anchor = keys.anchor();
            return Vault.open(store, anchor, new StoredSessions(store, anchor, keys.recipientKey()));
        }
    }
}
