package dev.lifeboat.offline;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.cli.Table;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.Vault;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lifeboat vault stats}. */
@Command(name = "stats", description = "Show how much a vault holds, and how much room that takes.")
final class StatsCommand extends VaultOperation {

    private final OfflineContext context;

    @Mixin
    private ReadAccess access = new ReadAccess();

    @Mixin
    private Listing listing = new Listing();

    StatsCommand(OfflineContext context) {
        this.context = context;
    }

    /** Objects of one kind, and their bytes. */
    record Kind(String kind, long objects, long bytes) {

        private Kind plus(Kind other) {
            return new Kind(kind, objects + other.objects, bytes + other.bytes);
        }
    }

    /** How many sessions were begun, and how many of these are ended. */
    record Sessions(long opened, long closed) {}

    /**
     * Everything.
     *
     * @param logicalBytes the sizes of all disks of all points
     * @param newestBytes the sizes of all disks of the newest point of each group
     * @param storedBytes of all objects
     * @param ratio logical to stored
     */
    record Statistics(
            List<Kind> objects,
            Sessions sessions,
            long points,
            long logicalBytes,
            long newestBytes,
            long storedBytes,
            double ratio) {}

    @Override
    int run() {
        Vault vault = access.open(context);
        Statistics statistics = count(vault);
        listing.print(output(), text(statistics), statistics);
        return 0;
    }

    private static Statistics count(Vault vault) {
        SortedMap<String, Kind> kinds = new TreeMap<>();
        long[] sessions = new long[2];
        vault.store().list("", stat -> {
            String name = stat.name().text();
            Kind one = new Kind(name.split("/", 2)[0], 1, stat.size());
            kinds.merge(one.kind(), one, Kind::plus);
            if (name.startsWith("writers/")) {
                sessions[0] += name.endsWith("/open") ? 1 : 0;
                sessions[1] += name.endsWith("/closed") ? 1 : 0;
            }
        });
        long points = 0;
        long logical = 0;
        long newest = 0;
        for (String group : vault.groups()) {
            List<Point> ofGroup = vault.group(group).points();
            points += ofGroup.size();
            logical += ofGroup.stream().mapToLong(StatsCommand::size).sum();
            newest += ofGroup.isEmpty() ? 0 : size(ofGroup.getLast());
        }
        long stored = kinds.values().stream().mapToLong(Kind::bytes).sum();
        return new Statistics(
                List.copyOf(kinds.values()),
                new Sessions(sessions[0], sessions[1]),
                points,
                logical,
                newest,
                stored,
                stored == 0 ? 0 : (double) logical / stored);
    }

    private static long size(Point point) {
        return PointEntry.valid(point).size();
    }

    private static String text(Statistics statistics) {
        Table table = new Table("OBJECTS", "NUMBER", "SIZE");
        statistics
                .objects()
                .forEach(kind ->
                        table.row(kind.kind(), Long.toString(kind.objects()), new ByteCount(kind.bytes()).text()));
        return String.format(
                Locale.ROOT,
                """
                %s
                %d points with disks of %s in all, %s in the newest ones, take %s: 1 : %.1f.
                %d sessions, %d of them ended.
                """,
                table.text(),
                statistics.points(),
                new ByteCount(statistics.logicalBytes()).text(),
                new ByteCount(statistics.newestBytes()).text(),
                new ByteCount(statistics.storedBytes()).text(),
                statistics.ratio(),
                statistics.sessions().opened(),
                statistics.sessions().closed());
    }
}
