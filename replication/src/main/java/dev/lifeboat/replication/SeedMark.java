package dev.lifeboat.replication;

import dev.lifeboat.vault.key.VaultId;
import dev.lifeboat.vault.local.StateFile;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Remembers that a group that may be carried has a point, so that a vault that is out of reach later is not taken for
 * one without:
 *
 * <pre>
 * {"format": "lifeboat-seeded", "version": 0, "vault": HEX}
 * </pre>
 *
 * For one thread at a time.
 */
final class SeedMark {

    private static final int MOST_BYTES = 4 << 10;

    private final StateFile file;

    SeedMark(Path file) {
        this.file = new StateFile(file, "lifeboat-seeded", MOST_BYTES, true);
    }

    boolean isSet(VaultId vault) {
        return file.read(json -> json.vault()).equals(Optional.of(vault));
    }

    void set(VaultId vault) {
        ObjectNode json = file.begin().put("vault", vault.hex());
        file.write(json);
    }
}
