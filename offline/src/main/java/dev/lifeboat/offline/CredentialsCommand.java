package dev.lifeboat.offline;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.recovery.home.SalvageLineage;
import dev.lifeboat.vault.key.Certificate;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.Name;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.VaultKeys;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lifeboat vault credentials}. */
@Command(
        name = "credentials",
        description = {
            "Make the file with which a computer puts points into the vault.",
            "Who has it can add points of its groups and see what has changed, and cannot open a block."
        })
final class CredentialsCommand extends VaultOperation {

    private final OfflineContext context;

    @Mixin
    private VaultOption vault = new VaultOption();

    @Mixin
    private KeyOptions key = new KeyOptions();

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to make; a new one.")
    private Path out = Path.of("");

    @Option(
            names = "--writer",
            paramLabel = "NAME",
            description = "Whose they are (default: the name of this computer). Each computer needs its own.")
    private @Nullable String writer;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description =
                    "A group whose points may be added, and beside it GROUP.salvage.NAME, for what is on old disks"
                            + " alone when a machine comes home; may be given several times (default: all groups).")
    private List<String> groups = List.of();

    @Mixin
    private Listing listing = new Listing();

    CredentialsCommand(OfflineContext context) {
        this.context = context;
    }

    /** What was made. */
    record Made(String vault, String writer, List<String> groups, String credentials) {}

    @Override
    int run() {
        String name = writer == null ? HostName.asName() : Name.require("writer", writer);
        groups.forEach(group -> Name.require("group", group));
        List<String> granted = groups.isEmpty() ? List.of(Certificate.ALL_GROUPS) : withSalvage(name);
        SecretFile.requireOutside(out, vault.url());
        try (RootSecret root = key.open(vault.store(context));
                VaultKeys keys = root.keys();
                Credentials made =
                        Credentials.issue(keys, name, granted, context.time().millis(), context.random())) {
            SecretFile.create(out, made.encode());
            tell(new Made(
                    keys.vaultId().hex(), name, granted, out.toAbsolutePath().toString()));
        }
        return 0;
    }

    /** Who may write a group may also publish beside it what was on its machines' old disks alone. */
    private List<String> withSalvage(String name) {
        Set<String> granted = new LinkedHashSet<>(groups);
        groups.forEach(group -> granted.add(SalvageLineage.of(group, name)));
        return List.copyOf(granted);
    }

    private void tell(Made made) {
        String all = groups.isEmpty() ? "all groups" : "the groups " + String.join(", ", made.groups());
        String text = """
                Credentials of %s for %s are in %s.

                Next, on the computer that puts points there:
                  lifeboat vault import --vault %s --credentials %s --machine MACHINE --disk vda=FILE
                """.formatted(made.writer(), all, made.credentials(), vault.url(), out);
        listing.print(output(), text, made);
    }
}
