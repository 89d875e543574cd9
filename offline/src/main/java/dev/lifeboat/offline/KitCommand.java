package dev.lifeboat.offline;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.vault.key.RecoveryKit;
import dev.lifeboat.vault.key.RootSecret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lifeboat vault kit}. */
@Command(name = "kit", description = "Write the recovery kit of a vault again.")
final class KitCommand extends VaultOperation {

    private final OfflineContext context;

    @Mixin
    private VaultOption vault = new VaultOption();

    @Mixin
    private KeyOptions key = new KeyOptions();

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to make; a new one.")
    private Path out = Path.of("");

    @Mixin
    private Listing listing = new Listing();

    KitCommand(OfflineContext context) {
        this.context = context;
    }

    /** What was made. */
    record Made(String vault, String kit) {}

    @Override
    int run() {
        SecretFile.requireOutside(out, vault.url());
        try (RootSecret root = key.open(vault.store(context))) {
            String kit = RecoveryKit.text(root, vault.url(), context.time().instant());
            SecretFile.create(out, kit.getBytes(StandardCharsets.UTF_8));
            Made made = new Made(root.vaultId().hex(), out.toAbsolutePath().toString());
            listing.print(
                    output(),
                    "The recovery kit is in %s. Print it, and remove the file.%n".formatted(made.kit()),
                    made);
        }
        return 0;
    }
}
