package dev.lifeboat.offline;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.cli.Table;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.vault.VaultDescription;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.store.BlobStore;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lifeboat vault show}. */
@Command(
        name = "show",
        description = {
            "Show a recovery point: machines, disks, what making it took.",
            "Without POINT, show what the vault is and what is in it, as its store says; no key is needed for that."
        })
final class ShowCommand extends VaultOperation {

    private static final String WRITERS = "writers/";

    private final OfflineContext context;

    @Mixin
    private ReadAccess access = new ReadAccess();

    @Parameters(arity = "0..1", paramLabel = "POINT", description = "Such as shop@1-42.")
    private @Nullable String point;

    @Mixin
    private Listing listing = new Listing();

    ShowCommand(OfflineContext context) {
        this.context = context;
    }

    /** A group, and how many places of its history are taken. */
    record Group(String name, long slots) {}

    /** What a vault is. */
    record Description(
            String vault, String url, Instant created, List<Group> groups, List<String> writers, List<String> keys) {}

    @Override
    int run() {
        if (point != null) {
            PointId id = PointId.parse(point);
            PointEntry.Full full = PointEntry.Full.of(access.open(context).point(id));
            listing.print(output(), text(full), full);
        } else {
            Description description = describe();
            listing.print(output(), text(description), description);
        }
        return 0;
    }

    private Description describe() {
        BlobStore store = access.given() ? access.open(context).store() : access.store(context);
        VaultDescription vault = VaultDescription.read(store);
        SortedMap<String, Long> groups = new TreeMap<>();
        store.list(
                PointId.folder(),
                stat -> PointId.ofName(stat.name().text()).ifPresent(id -> groups.merge(id.group(), 1L, Long::sum)));
        TreeSet<String> writers = new TreeSet<>();
        store.list(
                WRITERS,
                stat -> writers.add(
                        stat.name().text().substring(WRITERS.length()).split("/", 2)[0]));
        return new Description(
                vault.vault().hex(),
                store.describe(),
                vault.created(),
                groups.entrySet().stream()
                        .map(group -> new Group(group.getKey(), group.getValue()))
                        .toList(),
                List.copyOf(writers),
                SealedRoots.in(store).keys().stream()
                        .map(KeyName::base)
                        .distinct()
                        .toList());
    }

    private static String text(Description vault) {
        Table table = new Table("GROUP", "POINTS AND SEALS");
        vault.groups().forEach(group -> table.row(group.name(), Long.toString(group.slots())));
        return """
                Vault    %s
                Address  %s
                Made     %s
                Writers  %s
                Keys     %s

                """.formatted(
                                vault.vault(),
                                vault.url(),
                                VaultText.time(vault.created()),
                                orNone(vault.writers()),
                                orNone(vault.keys()))
                + (vault.groups().isEmpty() ? "There is no point yet.\n" : table.text());
    }

    private static String orNone(List<String> names) {
        return names.isEmpty() ? "none yet" : String.join(", ", names);
    }

    private static String text(PointEntry.Full full) {
        PointEntry.Valid point = full.point();
        Table table = new Table("MACHINE", "DISK", "SIZE", "STORED BLOCKS");
        point.machines()
                .forEach(machine -> machine.disks()
                        .forEach(disk -> table.row(
                                machine.name(),
                                disk.name(),
                                new ByteCount(disk.size()).text(),
                                Long.toString(disk.storedBlocks()))));
        return """
                Point        %s
                Head         %s
                Taken        %s
                Published    %s
                Consistency  %s%s
                Parent       %s
                Writer       %s, session %s
                Read         %s
                Stored       %s in %d packs, %d new blocks

                """.formatted(
                                point.id(),
                                point.head(),
                                VaultText.time(point.taken()),
                                VaultText.time(point.published()),
                                point.kind(),
                                point.groupConsistent() ? "" : ", not all machines of one moment",
                                point.parent() == null ? "none" : point.parent(),
                                point.writer(),
                                point.session(),
                                new ByteCount(point.statistics().readBytes()).text(),
                                new ByteCount(point.statistics().storedBytes()).text(),
                                point.statistics().packs(),
                                point.statistics().newBlocks())
                + table.text();
    }
}
