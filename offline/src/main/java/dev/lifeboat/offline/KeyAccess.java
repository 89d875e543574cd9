package dev.lifeboat.offline;

import dev.lifeboat.recovery.VaultDisks;
import dev.lifeboat.recovery.home.HomeVault;
import dev.lifeboat.vault.StoredSessions;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.TrustAnchor;
import dev.lifeboat.vault.key.VaultKeys;
import dev.lifeboat.vault.store.BlobStore;
import picocli.CommandLine.Mixin;

/** The options of commands that open a vault's blocks, which takes passphrase or kit. Mixed into commands. */
final class KeyAccess {

    @Mixin
    private VaultOption vault = new VaultOption();

    @Mixin
    private KeyOptions key = new KeyOptions();

    /** Whether blocks can be opened. */
    boolean given() {
        return key.given();
    }

    /** The store of the vault, for what can be said without opening it. */
    BlobStore store(OfflineContext context) {
        return vault.store(context);
    }

    /** The vault, opened with passphrase or kit. */
    Vault open(OfflineContext context) {
        return openForRecovery(context).vault();
    }

    /** The vault with the keys of its sessions, for who hands some of them on. */
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
}
