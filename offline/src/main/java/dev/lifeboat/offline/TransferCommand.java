package dev.lifeboat.offline;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.GroupLog;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.StoredSessions;
import dev.lifeboat.vault.Transfer;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.WriterRights;
import dev.lifeboat.vault.key.Name;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.Signer;
import dev.lifeboat.vault.key.TrustAnchor;
import dev.lifeboat.vault.key.VaultKeys;
import dev.lifeboat.vault.store.BlobStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code lifeboat vault transfer}. Whenever it is stopped, the same command again goes on; once it is done, it says so.
 */
@Command(
        name = "transfer",
        description = {
            "Give a group to another writer, after its machines were recovered at another site.",
            "Points of who has it now do not count any more from then on. All that are there stay."
        })
final class TransferCommand extends VaultOperation {

    /** Who seals, in the vault's words: whoever has the vault's key. */
    private static final String OPERATOR = "operator";

    private final OfflineContext context;
    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "GROUP", description = "The group.")
    private String group = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "WRITER",
            description = "Who adds its points from now on, by the name in its credentials.")
    private String writer = "";

    @Mixin
    private VaultOption vault = new VaultOption();

    @Mixin
    private KeyOptions key = new KeyOptions();

    @Option(names = "--unseen", description = "The writer need not have opened the vault before.")
    private boolean unseen;

    @Option(names = "--yes", description = "The group's machines do not run any more where it is now.")
    private boolean yes;

    @Mixin
    private Listing listing = new Listing();

    TransferCommand(OfflineContext context, Terminal terminal) {
        this.context = context;
        this.terminal = terminal;
    }

    /**
     * What there is now, as programs read it.
     *
     * @param transferred whether this command did it; false when it was so already
     * @param point the newest point of the group, on top of which the writer's first will be; null when there is none
     * @param ageS how old the content of that is, in seconds
     */
    record Transferred(
            String group,
            String writer,
            boolean transferred,
            @Nullable String point,
            @Nullable Instant taken,
            @Nullable Long ageS) {}

    @Override
    int run() throws IOException {
        Name.require("writer", writer);
        BlobStore store = vault.store(context);
        try (RootSecret root = key.open(store);
                VaultKeys keys = root.keys();
                Signer operator =
                        keys.issuer().operator(OPERATOR, context.time().millis())) {
            TrustAnchor anchor = keys.anchor();
            Vault opened = Vault.open(store, anchor, new StoredSessions(store, anchor, keys.recipientKey()));
            String known = VaultGroups.of(opened, Name.require("group", group)).getFirst();
            GroupLog log = opened.group(known);
            boolean already = log.holder().equals(Optional.of(writer));
            if (!already) {
                requireRights(opened);
                requireConfirmation(log);
            }
            boolean transferred =
                    !already && new Transfer(opened, operator, context.time(), context.random()).to(known, writer);
            tell(opened.group(known), transferred);
        }
        return 0;
    }

    private void requireRights(Vault opened) {
        Optional<WriterRights> rights = WriterRights.of(opened, writer);
        if (rights.isEmpty() && !unseen) {
            throw new LifeboatException(
                    ErrorCode.VAULT_WRITER_UNKNOWN,
                    "Nobody called %s has opened %s until now."
                            .formatted(writer, opened.store().describe()));
        }
        rights.ifPresent(known -> known.requireCovers(writer, group));
    }

    private void requireConfirmation(GroupLog log) throws IOException {
        if (yes) {
            return;
        }
        String holder = log.holder().orElse("nobody");
        new Confirmation(terminal, errors(), ErrorCode.VAULT_TRANSFER_UNCONFIRMED)
                .require(
                        """
                        Group %s is with %s. %s
                        What was written there since then is not in the vault, and what %2$s still sends will not count.
                        Its machines must not run there any more. Give the group to %s? Type yes to do it:\s""".formatted(group, holder, newest(log), writer),
                        why -> "Group %s is still with %s: %s.".formatted(group, holder, why));
    }

    private String newest(GroupLog log) {
        return log.newest()
                .map(point -> "Its newest point is %s, taken %s, %s ago."
                        .formatted(point.id(), VaultText.time(point.manifest().taken()), VaultText.age(age(point))))
                .orElse("It has no point.");
    }

    private Duration age(Point point) {
        return Duration.between(point.manifest().taken(), context.time().instant());
    }

    private void tell(GroupLog log, boolean transferred) {
        Optional<Point> newest = log.newest();
        String text = "Group %s is with %s %s %s%n"
                .formatted(group, writer, transferred ? "from now on." : "already.", newest(log));
        listing.print(
                output(),
                text,
                new Transferred(
                        group,
                        writer,
                        transferred,
                        newest.map(point -> point.id().toString()).orElse(null),
                        newest.map(point -> point.manifest().taken()).orElse(null),
                        newest.map(point -> age(point).toSeconds()).orElse(null)));
    }
}
