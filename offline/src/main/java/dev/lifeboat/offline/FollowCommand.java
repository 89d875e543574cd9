package dev.lifeboat.offline;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.cli.ProgressLine;
import dev.lifeboat.cli.Table;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.home.Follow;
import dev.lifeboat.recovery.home.FollowReport;
import dev.lifeboat.recovery.home.FollowState;
import dev.lifeboat.recovery.home.HomeCommit;
import dev.lifeboat.recovery.home.HomeDisk;
import dev.lifeboat.recovery.home.HomeVault;
import dev.lifeboat.recovery.home.SalvageReport;
import dev.lifeboat.recovery.image.DiskImage;
import dev.lifeboat.recovery.image.ImageFormat;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.MachineRecord;
import dev.lifeboat.vault.point.PointId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lifeboat vault follow}. */
@Command(
        name = "follow",
        description =
                "Bring old images of a machine that is off to a recovery point by moving only what differs. The images stay"
                        + " as they are: an overlay over each, IMAGE.home/overlay.qcow2, becomes the point, and the next"
                        + " one when it is asked for again. --commit takes it into the image. What was broken off goes on"
                        + " where it stopped.")
final class FollowCommand extends VaultOperation {

    private final OfflineContext context;

    @Mixin
    private KeyAccess access = new KeyAccess();

    @Mixin
    private PointChoice choice = new PointChoice();

    @Option(
            names = "--disk",
            paramLabel = "NAME=IMAGE",
            required = true,
            description = "A disk, such as vda or web/vda, and its old image, a file; where that is gone everything is"
                    + " fetched. Once for each disk.")
    private Map<String, Path> disks = new LinkedHashMap<>();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "The format of the images: ${COMPLETION-CANDIDATES} (default: raw, but for files that are"
                    + " called .qcow2).")
    private @Nullable ImageFormat format;

    @Option(
            names = "--known",
            paramLabel = "POINT",
            description =
                    "The point that the images are, if you know, as after a planned failover. It is checked: where"
                            + " it cannot be so, everything is compared, as without it.")
    private @Nullable String known;

    @Option(
            names = "--salvage",
            paramLabel = "CREDENTIALS",
            description = "Before anything is done, publish what is on the images as points of their own, pinned, with"
                    + " these credentials; only what the vault does not have is stored.")
    private @Nullable Path salvage;

    @Option(
            names = "--commit",
            description = "At the end take the overlays into the images, which are the point then; the overlays are"
                    + " removed.")
    private boolean commit;

    @Mixin
    private Listing listing = new Listing();

    FollowCommand(OfflineContext context) {
        this.context = context;
    }

    /** What a script gets. */
    record Result(String point, boolean committed, List<String> salvaged, List<Brought> disks) {}

    /** A disk that was brought to the point; sizes in bytes, and blocks of 64 KiB. */
    record Brought(
            String disk,
            String image,
            String overlay,
            String way,
            String reason,
            long size,
            long looked,
            long read,
            long fetched,
            long zeroed,
            long moved) {}

    /** A disk of the point, and where it is at home. */
    private record Wanted(MachineRecord machine, DiskRecord record, HomeDisk home) {

        /** Whether there is an old image that may have what is not in the vault. */
        boolean mayHaveMore() {
            return Follow.mayHaveMore(home);
        }
    }

    @Override
    int run() throws InterruptedException {
        HomeVault vault = access.openHome(context);
        Point target = choice.in(vault.vault());
        List<Wanted> wanted = wanted(target);
        HomeCommit committing = new HomeCommit();
        for (Wanted disk : wanted) {
            if (commit && Follow.state(disk.home()).equals(Optional.of(FollowState.COMMITTING))) {
                // It was broken off; the disk follows from what comes of it.
                committing.commit(disk.home());
            }
        }
        Optional<Point> said = Optional.ofNullable(known)
                .map(PointId::parse)
                .map(id -> vault.vault().point(id));
        Map<String, Point> salvaged = salvaged(target, wanted);
        Follow follow = new Follow(vault, context.diskWorkers(), context.time());
        List<Brought> brought = new ArrayList<>();
        for (Wanted disk : wanted) {
            Point isAt = salvaged.get(disk.machine().name());
            brought.add(bring(follow, target, disk, isAt == null || !disk.mayHaveMore() ? said : Optional.of(isAt)));
        }
        if (commit) {
            for (Wanted disk : wanted) {
                committing.commit(disk.home());
            }
        }
        report(target, salvaged, brought);
        return 0;
    }

    private List<Wanted> wanted(Point target) {
        List<Wanted> wanted = new ArrayList<>();
        for (Map.Entry<String, Path> disk : disks.entrySet()) {
            DiskRecord record = target.disk(disk.getKey());
            MachineRecord machine = machine(target, disk.getKey());
            String name = machine.name() + "/" + record.name();
            if (wanted.stream().anyMatch(one -> one.home().name().equals(name))) {
                throw new LifeboatException(
                        ErrorCode.CLI_WRONG_USAGE, "%s is named by several --disk.".formatted(name));
            }
            wanted.add(new Wanted(machine, record, HomeDisk.beside(name, disk.getValue(), format(disk.getValue()))));
        }
        requireEachNamedOnce();
        return wanted;
    }

    /** The machine of a disk that the point has, and no other machine if none is named. */
    private static MachineRecord machine(Point target, String disk) {
        int slash = disk.indexOf('/');
        return target.machines().stream()
                .filter(one ->
                        slash < 0 ? one.disk(disk).isPresent() : one.name().equals(disk.substring(0, slash)))
                .findFirst()
                .orElseThrow();
    }

    /** A map keeps the last of several values for one key, and nobody would hear of the others. */
    private void requireEachNamedOnce() {
        int named = spec().commandLine()
                .getParseResult()
                .matchedOption("--disk")
                .originalStringValues()
                .size();
        if (named != disks.size()) {
            throw new LifeboatException(ErrorCode.CLI_WRONG_USAGE, "A disk is named by several --disk.");
        }
    }

    private ImageFormat format(Path image) {
        if (Files.exists(image)) {
            return DiskImage.formatOf(image, Optional.ofNullable(format));
        }
        ImageFormat named = format;
        ImageFormat byName = image.toString().endsWith(".qcow2") ? ImageFormat.qcow2 : ImageFormat.raw;
        return named == null ? byName : named;
    }

    /** By machine, what was published of the images that are there. */
    private Map<String, Point> salvaged(Point target, List<Wanted> wanted) throws InterruptedException {
        Path credentials = salvage;
        Map<String, Point> points = new LinkedHashMap<>();
        if (credentials == null) {
            return points;
        }
        Map<String, Map<String, HomeDisk>> machines = new LinkedHashMap<>();
        wanted.stream()
                .filter(Wanted::mayHaveMore)
                .forEach(disk -> machines.computeIfAbsent(disk.machine().name(), machine -> new LinkedHashMap<>())
                        .put(disk.record().name(), disk.home()));
        SalvageByCredentials salvaging =
                new SalvageByCredentials(context, access.store(context), credentials, errors());
        for (Map.Entry<String, Map<String, HomeDisk>> machine : machines.entrySet()) {
            SalvageReport report = salvaging.publish(target.id().group(), machine.getKey(), machine.getValue());
            points.put(machine.getKey(), report.point());
        }
        return points;
    }

    private Brought bring(Follow follow, Point target, Wanted disk, Optional<Point> isAt) throws InterruptedException {
        HomeDisk home = disk.home();
        try (ProgressLine progress = new ProgressLine(
                errors(),
                Terminal.ofThisProcess().keyboard().isPresent(),
                context.time(),
                "bringing %s to %s".formatted(home.name(), target.id()))) {
            ByteCount size = new ByteCount(disk.record().size());
            FollowReport report =
                    follow.bring(home, target, isAt, offset -> progress.report(new ByteCount(offset), size));
            return new Brought(
                    home.name(),
                    home.image().toString(),
                    home.overlay().toString(),
                    report.way().code(),
                    report.reason(),
                    report.size(),
                    report.looked(),
                    report.read(),
                    report.fetched(),
                    report.zeroed(),
                    report.moved());
        }
    }

    private void report(Point target, Map<String, Point> salvaged, List<Brought> brought) {
        Table table = new Table("DISK", "WAY", "COMPARED", "FETCHED", "ZEROED", "MOVED", "WHY");
        brought.forEach(one -> table.row(
                one.disk(),
                one.way(),
                Long.toString(one.looked()),
                Long.toString(one.fetched()),
                Long.toString(one.zeroed()),
                new ByteCount(one.moved()).text(),
                one.reason()));
        StringBuilder text = new StringBuilder();
        salvaged.forEach((machine, point) ->
                text.append("What was on the images of %s is in %s, pinned.%n".formatted(machine, point.id())));
        text.append(
                commit
                        ? "The images are %s.%n".formatted(target.id())
                        : "The overlays are %s; the images are as they were.%n".formatted(target.id()));
        listing.print(
                output(),
                text + table.text(),
                new Result(
                        target.id().toString(),
                        commit,
                        salvaged.values().stream()
                                .map(point -> point.id().toString())
                                .toList(),
                        brought));
    }
}
