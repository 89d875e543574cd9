package dev.lifeboat.vault.key;

import java.util.random.RandomGenerator;

/**
 * The 32 random bytes from which every key of a vault follows. It is never shown; closing erases it. Thread-safe until
 * it is closed.
 */
public final class RootSecret implements AutoCloseable {

    /** The length in bytes. */
    public static final int BYTES = 32;

    private static final byte[] NO_SALT = {};

    private final SecretBytes secret;

    /** Takes the array over. */
    RootSecret(byte[] secret) {
        this.secret = SecretBytes.adopt(secret, BYTES);
    }

    /** A new vault's root secret. */
    public static RootSecret generate(RandomGenerator random) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        return new RootSecret(secret);
    }

    /** Which vault this is the root secret of. */
    public VaultId vaultId() {
        return VaultId.of(derive("vault id", VaultId.BYTES));
    }

    /** All keys of the vault. They live on when the root secret is closed. */
    public VaultKeys keys() {
        VaultId vault = vaultId();
        return new VaultKeys(
                vault,
                new TreeKeys(derive("tree key", TreeKeys.KEY_BYTES), derive("fingerprint key", TreeKeys.KEY_BYTES)),
                new RecipientPrivateKey(
                        derive("x25519", Recipient.X25519_BYTES), derive("ml-kem-768", RecipientPrivateKey.SEED_BYTES)),
                new Issuer(vault, new SigningKey(derive("issuer", SigningKey.SEED_BYTES))));
    }

    /** A copy of the bytes, for what seals them or prints the kit. */
    byte[] copy() {
        return secret.copy();
    }

    /** Whether it is the same secret. */
    boolean sameAs(RootSecret other) {
        return secret.sameAs(other.secret);
    }

    private byte[] derive(String purpose, int length) {
        return secret.derive(NO_SALT, Concatenation.ascii("lifeboat/0 " + purpose), length);
    }

    @Override
    public void close() {
        secret.close();
    }

    @Override
    public String toString() {
        return "RootSecret" + secret;
    }
}
