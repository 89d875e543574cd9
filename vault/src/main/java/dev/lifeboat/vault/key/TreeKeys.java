package dev.lifeboat.vault.key;

/**
 * What a writer needs to go on where it stopped, and what reads no block: the tree key opens nodes, points and
 * configuration; the fingerprint key tells whether a block is known. Thread-safe until it is closed.
 */
public final class TreeKeys implements AutoCloseable {

    /** The length of each key in bytes. */
    public static final int KEY_BYTES = 32;

    private final SecretBytes treeKey;
    private final SecretBytes fingerprintKey;

    /** Takes both arrays over. */
    TreeKeys(byte[] treeKey, byte[] fingerprintKey) {
        this.treeKey = SecretBytes.adopt(treeKey, KEY_BYTES);
        this.fingerprintKey = SecretBytes.adopt(fingerprintKey, KEY_BYTES);
    }

    /** A copy of the tree key. */
    public byte[] treeKey() {
        return treeKey.copy();
    }

    /** A copy of the key of the blocks' HMAC-SHA-256. */
    public byte[] fingerprintKey() {
        return fingerprintKey.copy();
    }

    /** HKDF with the tree key as the secret. */
    public byte[] derive(byte[] salt, byte[] info, int length) {
        return treeKey.derive(salt, info, length);
    }

    /** Whether both keys are the same. */
    boolean sameAs(TreeKeys other) {
        return treeKey.sameAs(other.treeKey) && fingerprintKey.sameAs(other.fingerprintKey);
    }

    @Override
    public void close() {
        treeKey.close();
        fingerprintKey.close();
    }
}
