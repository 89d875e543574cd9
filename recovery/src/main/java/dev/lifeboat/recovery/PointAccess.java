package dev.lifeboat.recovery;

import dev.lifeboat.vault.key.PointKeys;

/**
 * What recovering from one point takes, and nothing that opens another session: it is handed to whoever starts the
 * machines, so that the vault's private key need not be. Closing erases the keys. Safe for use by several threads until
 * then.
 *
 * @param vault the vault's address, as the host finds it that starts the machines
 * @param keys of the sessions that the point names
 */
public record PointAccess(String vault, PointKeys keys) implements AutoCloseable {

    @Override
    public void close() {
        keys.close();
    }
}
