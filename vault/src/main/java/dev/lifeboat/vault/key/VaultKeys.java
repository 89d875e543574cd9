package dev.lifeboat.vault.key;

/**
 * All keys of a vault, as the operator has them for the length of a run. Closing erases them, also for the trust anchor
 * and the issuer that were taken from here. Thread-safe until it is closed.
 */
public final class VaultKeys implements AutoCloseable {

    private final VaultId vault;
    private final TreeKeys treeKeys;
    private final RecipientPrivateKey recipientKey;
    private final Issuer issuer;

    VaultKeys(VaultId vault, TreeKeys treeKeys, RecipientPrivateKey recipientKey, Issuer issuer) {
        this.vault = vault;
        this.treeKeys = treeKeys;
        this.recipientKey = recipientKey;
        this.issuer = issuer;
    }

    public VaultId vaultId() {
        return vault;
    }

    public TreeKeys treeKeys() {
        return treeKeys;
    }

    /** Unwraps session keys. */
    public RecipientPrivateKey recipientKey() {
        return recipientKey;
    }

    /** The public half of {@link #recipientKey()}: writers wrap session keys with it. */
    public Recipient recipient() {
        return recipientKey.recipient();
    }

    public Issuer issuer() {
        return issuer;
    }

    /** What objects are checked against. */
    public TrustAnchor anchor() {
        return new TrustAnchor(vault, issuer.verifyingKey(), treeKeys);
    }

    @Override
    public void close() {
        treeKeys.close();
        recipientKey.close();
        issuer.close();
    }

    @Override
    public String toString() {
        return "VaultKeys[" + vault + "]";
    }
}
