package dev.lifeboat.offline;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.VaultDescription;
import dev.lifeboat.vault.key.Argon2Cost;
import dev.lifeboat.vault.key.Passphrase;
import dev.lifeboat.vault.key.RecoveryKit;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.SealedRoot;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.BlobStores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code lifeboat vault init}. First the kit is on paper or wherever it is safe, then there is a vault: the kit file is
 * written, its safety confirmed, the sealed key stored, and {@code vault.json} last. Whatever comes in between leaves
 * no vault; the same command again takes the same kit and goes on.
 */
@Command(
        name = "init",
        description = {
            "Make a vault in an empty or new folder, and its recovery kit.",
            "The kit has to be kept safe before the vault exists: it is all that opens the vault when the passphrase"
                    + " is forgotten."
        })
final class InitCommand extends VaultOperation {

    private static final String KIT_DATE = "This kit was made ";

    private final OfflineContext context;
    private final Terminal terminal;

    @Parameters(paramLabel = "URL", description = "Where the vault shall be, such as file:///srv/vault.")
    private String url = "";

    @Option(
            names = "--passphrase-file",
            required = true,
            paramLabel = "FILE",
            description = "File with the passphrase; a line break at its end does not count.")
    private Path passphraseFile = Path.of("");

    @Option(
            names = "--kit",
            required = true,
            paramLabel = "FILE",
            description = "Where to write the recovery kit; a new file.")
    private Path kitFile = Path.of("");

    @Option(names = "--yes", description = "Do not ask whether the kit is safe: it is, or will be.")
    private boolean confirmed;

    @Option(
            names = "--key",
            paramLabel = "NAME",
            defaultValue = "operator",
            description = "What to call the key that the passphrase opens (default: ${DEFAULT-VALUE}).")
    private String key = "operator";

    @Mixin
    private Listing listing = new Listing();

    InitCommand(OfflineContext context, Terminal terminal) {
        this.context = context;
        this.terminal = terminal;
    }

    /** What was made. */
    record Made(String vault, String url, String key, String kit) {}

    @Override
    int run() throws IOException {
        KeyName name = KeyName.first(key);
        NewVaultPlace place = NewVaultPlace.of(url);
        place.requireUnused(Files.exists(kitFile));
        SecretFile.requireOutside(kitFile, url);
        try (Passphrase passphrase = Passphrase.read(passphraseFile)) {
            BlobStore store = BlobStores.create(url, context.time(), context.random());
            try (RootSecret root = kit()) {
                requireConfirmation();
                SealedRoots keys = SealedRoots.ofNewVault(store, root.vaultId());
                keys.removeUnfinished();
                keys.put(SealedRoot.seal(root, name.stored(), passphrase, Argon2Cost.STANDARD, context.random()));
                new VaultDescription(root.vaultId(), context.time().instant()).write(store);
                tell(new Made(
                        root.vaultId().hex(),
                        url,
                        name.base(),
                        kitFile.toAbsolutePath().toString()));
            }
        }
        return 0;
    }

    /** The root secret, whose kit is in the file now. */
    private RootSecret kit() {
        if (Files.exists(kitFile)) {
            return kitOfUnfinished();
        }
        RootSecret root = RootSecret.generate(context.random());
        byte[] text = RecoveryKit.text(root, url, context.time().instant()).getBytes(StandardCharsets.UTF_8);
        SecretFile.create(kitFile, text);
        return root;
    }

    /**
     * Who ran the command before and has printed the kit since must find the vault open with that very kit. A kit of
     * anything else is not taken: two vaults with one root secret could not be told apart.
     */
    private RootSecret kitOfUnfinished() {
        String found = TextFile.read(kitFile, RecoveryKit.MAX_CHARACTERS);
        try {
            RootSecret root = RecoveryKit.parse(found);
            if (withoutDate(found)
                    .equals(withoutDate(
                            RecoveryKit.text(root, url, context.time().instant())))) {
                errors().printf("Going on with the kit in %s.%n", kitFile);
                errors().flush();
                return root;
            }
            root.close();
        } catch (LifeboatException e) {
            throw kitInTheWay(e);
        }
        throw kitInTheWay(null);
    }

    private LifeboatException kitInTheWay(@Nullable Exception cause) {
        return new LifeboatException(
                ErrorCode.CLI_FILE_UNWRITABLE,
                "%s exists already, and is not the kit of an unfinished init of %s; it was left alone."
                        .formatted(kitFile, url),
                cause);
    }

    private static List<String> withoutDate(String kit) {
        return kit.lines().filter(line -> !line.startsWith(KIT_DATE)).toList();
    }

    private void requireConfirmation() throws IOException {
        if (confirmed) {
            return;
        }
        new Confirmation(terminal, errors(), ErrorCode.VAULT_KIT_NOT_CONFIRMED)
                .require(
                        """
                        The recovery kit is in %s.
                        Print it, or copy it to a place that does not burn together with the vault.
                        Is it safe? Type yes to make the vault:\s""".formatted(kitFile),
                        why -> "The kit is in %s; %s.".formatted(kitFile.toAbsolutePath(), why));
    }

    private void tell(Made made) {
        String text = """
                The vault %s is ready at %s.
                Its recovery kit is in %s.

                Next, for each computer that is to put points there:
                  lifeboat vault credentials --vault %s --passphrase-file %s --out FILE
                """.formatted(made.vault(), made.url(), made.kit(), made.url(), passphraseFile);
        listing.print(output(), text, made);
    }
}
