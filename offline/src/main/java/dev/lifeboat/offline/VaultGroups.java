package dev.lifeboat.offline;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.Vault;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The groups that a command is about. */
final class VaultGroups {

    private VaultGroups() {}

    /**
     * The group that was named, or all of them.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_POINT_UNKNOWN} when the vault has none of this name
     */
    static List<String> of(Vault vault, @Nullable String named) {
        List<String> groups = vault.groups();
        if (named == null) {
            return groups;
        }
        if (!groups.contains(named)) {
            throw new LifeboatException(
                    ErrorCode.VAULT_POINT_UNKNOWN,
                    "%s has no point of a group %s.".formatted(vault.store().describe(), named));
        }
        return List.of(named);
    }
}
