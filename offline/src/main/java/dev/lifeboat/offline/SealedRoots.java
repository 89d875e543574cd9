package dev.lifeboat.offline;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.VaultDescription;
import dev.lifeboat.vault.key.Argon2Cost;
import dev.lifeboat.vault.key.Passphrase;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.SealedRoot;
import dev.lifeboat.vault.key.VaultId;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.Publication;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The sealed copies of the root secret that a vault holds, below {@code keys/}. For one thread. */
final class SealedRoots {

    private final BlobStore store;
    private final VaultId vault;

    private SealedRoots(BlobStore store, VaultId vault) {
        this.store = store;
        this.vault = vault;
    }

    static SealedRoots in(BlobStore store) {
        return new SealedRoots(store, VaultDescription.read(store).vault());
    }

    /** Of a vault that has no description yet. */
    static SealedRoots ofNewVault(BlobStore store, VaultId vault) {
        return new SealedRoots(store, vault);
    }

    /**
     * Removes copies that an init put which was then stopped. There is no vault yet, and whoever calls this has the
     * root secret that they seal.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_EXISTS} when they are another vault's
     */
    void removeUnfinished() {
        for (String name : names()) {
            ObjectName object = objectName(name);
            if (!SealedRoot.parse(name, store.get(object)).vaultId().equals(vault)) {
                throw new LifeboatException(
                        ErrorCode.VAULT_EXISTS,
                        "%s holds %s, the key of another vault.".formatted(store.describe(), object));
            }
            store.delete(object);
        }
    }

    /** The names of the copies as they are stored. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        store.list(SealedRoot.FOLDER, stat -> names.add(stat.name().text().substring(SealedRoot.FOLDER.length())));
        return List.copyOf(names);
    }

    /** The copies, in the order of their names. */
    List<KeyName> keys() {
        return names().stream().map(KeyName::ofStored).sorted().toList();
    }

    /**
     * The copies of a key, oldest first: one, unless a change was stopped.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_KEY_UNKNOWN} when there is none
     */
    List<KeyName> editions(String base) {
        List<KeyName> editions =
                keys().stream().filter(key -> key.base().equals(base)).toList();
        if (editions.isEmpty()) {
            throw new LifeboatException(
                    ErrorCode.VAULT_KEY_UNKNOWN, "%s has no key %s.".formatted(store.describe(), base));
        }
        return editions;
    }

    /**
     * Refuses the name of a key that there is.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_KEY_EXISTS}
     */
    void requireNone(String base) {
        if (keys().stream().anyMatch(key -> key.base().equals(base))) {
            throw new LifeboatException(
                    ErrorCode.VAULT_KEY_EXISTS, "%s has a key %s already.".formatted(store.describe(), base));
        }
    }

    /** What a guess of its passphrase costs. */
    Argon2Cost cost(KeyName key) {
        return SealedRoot.parse(key.stored(), store.get(objectName(key))).cost();
    }

    /**
     * The root secret, from whichever copy opens with the passphrase.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_PASSPHRASE_WRONG} when none does
     */
    RootSecret open(Passphrase passphrase) {
        LifeboatException last = new LifeboatException(
                ErrorCode.VAULT_PASSPHRASE_WRONG, "%s holds no sealed key.".formatted(store.describe()));
        for (String name : names()) {
            try {
                return open(name, passphrase);
            } catch (LifeboatException e) {
                last = e;
            }
        }
        throw last;
    }

    /** The root secret from the copy of this name. */
    RootSecret open(String name, Passphrase passphrase) {
        byte[] object = store.get(objectName(name));
        RootSecret root = SealedRoot.parse(name, object).open(passphrase);
        if (!root.vaultId().equals(vault)) {
            root.close();
            throw new LifeboatException(ErrorCode.VAULT_FOREIGN, "The key %s is another vault's.".formatted(name));
        }
        return root;
    }

    /** Stores a copy. */
    void put(SealedRoot sealed) {
        Publication.publishOwn(store, objectName(sealed.name()), ByteBuffer.wrap(sealed.encode()));
    }

    /**
     * Removes a key.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_LAST_KEY} when it is the only one, or
     *     {@link ErrorCode#VAULT_KEY_UNKNOWN}
     */
    void remove(String base) {
        List<KeyName> editions = editions(base);
        if (names().size() == editions.size()) {
            throw new LifeboatException(
                    ErrorCode.VAULT_LAST_KEY, "%s is the only key of %s.".formatted(base, store.describe()));
        }
        editions.forEach(this::delete);
    }

    /** Deletes one copy. */
    void delete(KeyName key) {
        store.delete(objectName(key));
    }

    /** Where a copy is. */
    static ObjectName objectName(KeyName key) {
        return objectName(key.stored());
    }

    private static ObjectName objectName(String name) {
        return ObjectName.of(SealedRoot.FOLDER + name);
    }
}
