package dev.lifeboat.offline;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.cli.Table;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.vault.GroupLog;
import dev.lifeboat.vault.Vault;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lifeboat vault points}. */
@Command(name = "points", description = "List the recovery points of a vault, oldest first, and who owns each group.")
final class PointsCommand extends VaultOperation {

    private final OfflineContext context;

    @Mixin
    private ReadAccess access = new ReadAccess();

    @Option(names = "--group", paramLabel = "GROUP", description = "Only this group's.")
    private @Nullable String group;

    @Mixin
    private Listing listing = new Listing();

    PointsCommand(OfflineContext context) {
        this.context = context;
    }

    @Override
    int run() {
        Vault vault = access.open(context);
        List<PointEntry> entries = new ArrayList<>();
        StringBuilder owners = new StringBuilder();
        for (String one : VaultGroups.of(vault, group)) {
            GroupLog log = vault.group(one);
            log.slots().forEach(slot -> entries.add(PointEntry.of(slot)));
            log.owner(log.epoch())
                    .ifPresent(owner -> owners.append("Group %s is owned by %s since %s (epoch %d).%n"
                            .formatted(one, owner.writer(), VaultText.time(owner.at()), owner.epoch())));
        }
        listing.print(output(), text(entries) + owners, entries);
        return 0;
    }

    private static String text(List<PointEntry> entries) {
        if (entries.isEmpty()) {
            return "There is no point yet.\n";
        }
        Table table = new Table("POINT", "TAKEN", "CONSISTENCY", "MACHINES", "DISKS", "SIZE", "NEW");
        StringBuilder others = new StringBuilder();
        for (PointEntry entry : entries) {
            switch (entry) {
                case PointEntry.Valid point ->
                    table.row(
                            point.id(),
                            VaultText.time(point.taken()),
                            point.kind(),
                            point.machines().stream()
                                    .map(PointEntry.Machine::name)
                                    .collect(Collectors.joining(",")),
                            Integer.toString(point.diskCount()),
                            new ByteCount(point.size()).text(),
                            new ByteCount(point.statistics().storedBytes()).text());
                case PointEntry.End seal ->
                    others.append("%s is the end of its epoch: sealed by %s, %s, for the %s.%n"
                            .formatted(seal.id(), seal.by(), VaultText.time(seal.at()), seal.reason()));
                case PointEntry.Blank empty ->
                    others.append("%s carries nothing: %s%n".formatted(empty.id(), empty.problem()));
            }
        }
        return table.text() + "\n" + others;
    }
}
