package dev.lifeboat.vault.key;

import java.util.List;

/** Who issues a vault's certificates: a key that follows from the root secret. Thread-safe until it is closed. */
public final class Issuer implements AutoCloseable {

    private final VaultId vault;
    private final SigningKey key;

    Issuer(VaultId vault, SigningKey key) {
        this.vault = vault;
        this.key = key;
    }

    /** With what certificates verify. */
    public VerifyingKey verifyingKey() {
        return key.verifyingKey();
    }

    /** Certifies a writer's key. */
    public Certificate certifyWriter(String writer, List<String> groups, VerifyingKey writersKey, long nowEpochMillis) {
        return Certificate.issue(key, vault, writer, Role.WRITER, groups, writersKey, nowEpochMillis);
    }

    /**
     * Signs as the operator, for all groups, with a copy of the issuer's own key: the signer lives until it is closed
     * itself.
     */
    public Signer operator(String name, long nowEpochMillis) {
        List<String> all = List.of(Certificate.ALL_GROUPS);
        return new Signer(
                Certificate.issue(key, vault, name, Role.OPERATOR, all, key.verifyingKey(), nowEpochMillis),
                new SigningKey(key.seed()));
    }

    @Override
    public void close() {
        key.close();
    }
}
