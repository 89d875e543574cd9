package dev.lifeboat.offline;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.cli.Table;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.MachineRecord;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.tree.Tree;
import dev.lifeboat.vault.tree.TreeDiff;
import dev.lifeboat.vault.tree.TreeShape;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lifeboat vault diff}. */
@Command(
        name = "diff",
        description = "Show how much of each disk differs between two points, in whole blocks of 64 KiB.")
final class DiffCommand extends VaultOperation {

    private final OfflineContext context;

    @Mixin
    private ReadAccess access = new ReadAccess();

    @Parameters(index = "0", paramLabel = "POINT", description = "The point before.")
    private String before = "";

    @Parameters(index = "1", paramLabel = "POINT", description = "The point after.")
    private String after = "";

    @Option(names = "--disk", paramLabel = "DISK", description = "Only this disk, such as vda or web/vda.")
    private @Nullable String disk;

    @Option(
            names = "--ranges",
            description = "List what differs, one range a line, offset and length in bytes; of one disk.")
    private boolean ranges;

    @Mixin
    private Listing listing = new Listing();

    DiffCommand(OfflineContext context) {
        this.context = context;
    }

    /** A disk as it is in a point: null where the point does not have it. */
    private record Pair(
            String name,
            @Nullable DiskRecord before,
            @Nullable DiskRecord after) {}

    /** What differs in bytes. */
    record Range(long offset, long length) {}

    /** How a disk differs; the ranges are listed when they were asked for. */
    record Difference(
            String disk,
            @Nullable Long sizeBefore,
            @Nullable Long sizeAfter,
            long changedRanges,
            long changedBytes,
            @Nullable List<Range> ranges) {}

    @Override
    int run() {
        PointId idBefore = PointId.parse(before);
        PointId idAfter = PointId.parse(after);
        Vault vault = access.open(context);
        List<Pair> pairs = pairs(vault.point(idBefore), vault.point(idAfter));
        if (ranges && listing.forPeople()) {
            if (pairs.size() != 1) {
                throw new LifeboatException(
                        ErrorCode.CLI_WRONG_USAGE, "--ranges lists the ranges of one disk: name it with --disk.");
            }
            compare(vault, pairs.getFirst(), (offset, length) -> output().printf("%d %d%n", offset, length));
            output().flush();
            return 0;
        }
        List<Difference> differences =
                pairs.stream().map(pair -> difference(vault, pair)).toList();
        listing.print(output(), text(differences), differences);
        return 0;
    }

    private List<Pair> pairs(Point first, Point second) {
        String named = disk;
        if (named != null) {
            return List.of(pairNamed(named, first, second));
        }
        Set<String> names = new LinkedHashSet<>();
        List.of(first, second)
                .forEach(point -> point.machines()
                        .forEach(machine ->
                                machine.disks().forEach(one -> names.add(machine.name() + "/" + one.name()))));
        return names.stream()
                .map(name -> new Pair(
                        name, find(first, name).orElse(null), find(second, name).orElse(null)))
                .toList();
    }

    private static Pair pairNamed(String named, Point first, Point second) {
        if (named.contains("/")) {
            Pair pair = new Pair(
                    named, find(first, named).orElse(null), find(second, named).orElse(null));
            if (pair.before() != null || pair.after() != null) {
                return pair;
            }
        }
        return new Pair(named, first.disk(named), second.disk(named));
    }

    private static Optional<DiskRecord> find(Point point, String machineAndDisk) {
        String[] parts = machineAndDisk.split("/", 2);
        return point.machines().stream()
                .filter(machine -> machine.name().equals(parts[0]))
                .map((MachineRecord machine) -> machine.disk(parts[1]))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Difference difference(Vault vault, Pair pair) {
        long[] sum = new long[2];
        List<Range> listed = new ArrayList<>();
        compare(vault, pair, (offset, length) -> {
            sum[0]++;
            sum[1] += length;
            if (ranges) {
                listed.add(new Range(offset, length));
            }
        });
        return new Difference(
                pair.name(), size(pair.before()), size(pair.after()), sum[0], sum[1], ranges ? listed : null);
    }

    /** Takes ranges of bytes. */
    @FunctionalInterface
    private interface Bytes {
        void changed(long offset, long length);
    }

    private static void compare(Vault vault, Pair pair, Bytes bytes) {
        long end = Math.max(orZero(size(pair.before())), orZero(size(pair.after())));
        TreeDiff.compare(tree(vault, pair.before()), tree(vault, pair.after()), (first, count) -> {
            long offset = first * Block.SIZE;
            bytes.changed(offset, Math.min(end, (first + count) * Block.SIZE) - offset);
        });
    }

    private static Tree tree(Vault vault, @Nullable DiskRecord disk) {
        return disk == null ? Tree.hole(new TreeShape(0), vault.nodes()) : vault.tree(disk);
    }

    private static @Nullable Long size(@Nullable DiskRecord disk) {
        return disk == null ? null : disk.size();
    }

    private static long orZero(@Nullable Long size) {
        return size == null ? 0 : size;
    }

    private static String text(List<Difference> differences) {
        Table table = new Table("DISK", "SIZE BEFORE", "SIZE AFTER", "RANGES", "DIFFERS");
        differences.forEach(one -> table.row(
                one.disk(),
                text(one.sizeBefore()),
                text(one.sizeAfter()),
                Long.toString(one.changedRanges()),
                new ByteCount(one.changedBytes()).text()));
        return table.text();
    }

    private static String text(@Nullable Long size) {
        return size == null ? "-" : new ByteCount(size).text();
    }
}
