package dev.lifeboat.offline;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.cli.Table;
import dev.lifeboat.vault.key.Argon2Cost;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lifeboat vault keys list}. */
@Command(name = "list", description = "List the keys of a vault, and what one guess of their passphrases costs.")
final class KeysListCommand extends VaultOperation {

    private final OfflineContext context;

    @Mixin
    private VaultOption vault = new VaultOption();

    @Mixin
    private Listing listing = new Listing();

    KeysListCommand(OfflineContext context) {
        this.context = context;
    }

    /**
     * A sealed copy of the root secret.
     *
     * @param memoryKib of Argon2id
     * @param iterations of Argon2id
     * @param parallelism lanes of Argon2id
     */
    record Entry(String name, String object, int memoryKib, int iterations, int parallelism) {}

    @Override
    int run() {
        SealedRoots sealed = SealedRoots.in(vault.store(context));
        List<Entry> entries = sealed.keys().stream()
                .map(key -> {
                    Argon2Cost cost = sealed.cost(key);
                    return new Entry(
                            key.base(),
                            SealedRoots.objectName(key).text(),
                            cost.memoryKiB(),
                            cost.iterations(),
                            cost.parallelism());
                })
                .toList();
        Table table = new Table("KEY", "OBJECT", "MEMORY", "ITERATIONS", "LANES");
        entries.forEach(entry -> table.row(
                entry.name(),
                entry.object(),
                entry.memoryKib() / 1024 + " MiB",
                Integer.toString(entry.iterations()),
                Integer.toString(entry.parallelism())));
        listing.print(output(), table.text(), entries);
        return 0;
    }
}
