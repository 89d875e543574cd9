package dev.lifeboat.vault.key;

/**
 * What a vault's objects are checked against. It comes from the root secret or from credentials, never from the store.
 * Thread-safe until the tree keys are closed.
 *
 * @param vault which vault
 * @param issuer with what certificates verify
 * @param treeKeys with what sealed bodies open; whoever made the anchor closes them
 */
public record TrustAnchor(VaultId vault, VerifyingKey issuer, TreeKeys treeKeys) {}
