package dev.lifeboat.vault.pack;

import javax.crypto.SecretKey;

/** The keys of packs' slots. Safe for use by several threads. */
@FunctionalInterface
public interface PackKeys {

    /**
     * The key of the slots of one kind in one pack.
     *
     * @throws dev.lifeboat.model.LifeboatException when who asks has no right to it
     */
    SecretKey of(PackId pack, SlotKind kind);
}
