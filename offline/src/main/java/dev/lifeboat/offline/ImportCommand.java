package dev.lifeboat.offline;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.cli.ProgressLine;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.image.DiskImage;
import dev.lifeboat.recovery.image.ImageFormat;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.PointBuilder;
import dev.lifeboat.vault.Publishing;
import dev.lifeboat.vault.Seal;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.WriterSession;
import dev.lifeboat.vault.capture.BlockIndex;
import dev.lifeboat.vault.capture.ChangedBlocks;
import dev.lifeboat.vault.capture.DiskSource;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.Name;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.point.PointStatistics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lifeboat vault import}. */
@Command(
        name = "import",
        description = "Store disk images of a machine as a new recovery point. What the point before has already is not"
                + " stored again.")
final class ImportCommand extends VaultOperation {

    /** A collector that fences the same writer again and again needs a person. */
    private static final int ATTEMPTS = 3;

    private final OfflineContext context;

    @Mixin
    private VaultOption vault = new VaultOption();

    @Option(
            names = "--credentials",
            paramLabel = "FILE",
            required = true,
            description = "Credentials made by `lifeboat vault credentials`.")
    private Path credentials = Path.of("");

    @Option(
            names = "--machine",
            paramLabel = "NAME",
            required = true,
            description = "The machine whose disks these are.")
    private String machine = "";

    @Option(
            names = "--group",
            paramLabel = "NAME",
            description = "The protection group of the machine (default: a group of its own, called as the machine).")
    private @Nullable String group;

    @Option(
            names = "--disk",
            paramLabel = "NAME=IMAGE",
            required = true,
            description = "A disk and its image: a raw or qcow2 file, or an NBD export as"
                    + " nbd+unix:///EXPORT?socket=PATH. Once for each disk of the machine.")
    private Map<String, String> disks = new LinkedHashMap<>();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "The format of the files: ${COMPLETION-CANDIDATES} (default: raw, but for files that are qcow2"
                            + " images and called .qcow2).")
    private @Nullable ImageFormat format;

    @Option(
            names = "--changed",
            paramLabel = "[NAME=]FILE",
            description = "File with a line OFFSET LENGTH, in bytes, for every range of the disk that may have changed"
                    + " since the point before; nothing else is read. With several disks: NAME=FILE for each.")
    private List<String> changed = List.of();

    @Mixin
    private Listing listing = new Listing();

    ImportCommand(OfflineContext context) {
        this.context = context;
    }

    /** What a script gets. */
    record Result(
            String point,
            String head,
            String group,
            String machine,
            long readBytes,
            long newBlocks,
            long storedBytes,
            int packs) {}

    @Override
    int run() throws IOException, InterruptedException {
        requireDifferentDisks();
        Map<String, Path> ranges = rangeFiles();
        Credentials writer =
                Credentials.parse(TextFile.bytes(credentials, Credentials.MAX_BYTES), credentials.toString());
        Name.require("machine", machine);
        disks.keySet().forEach(disk -> Name.require("disk", disk));
        Vault opened = Vault.open(vault.store(context), writer.anchor(), SessionKeys.none());
        Map<String, DiskSource> sources = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, String> disk : disks.entrySet()) {
                sources.put(
                        disk.getKey(), DiskImage.open(disk.getValue(), Optional.ofNullable(format), context.time()));
            }
            report(publish(opened, writer, sources, ranges));
            return 0;
        } finally {
            for (DiskSource source : sources.values()) {
                source.close();
            }
        }
    }

    /** A map keeps the last of several values for one key, and nobody would hear of the others. */
    private void requireDifferentDisks() {
        int named = spec().commandLine()
                .getParseResult()
                .matchedOption("--disk")
                .originalStringValues()
                .size();
        if (named != disks.size()) {
            throw new LifeboatException(ErrorCode.CLI_WRONG_USAGE, "A disk is named by several --disk.");
        }
    }

    private Map<String, Path> rangeFiles() {
        Map<String, Path> files = new LinkedHashMap<>();
        for (String one : changed) {
            int equals = one.indexOf('=');
            String disk = equals > 0 ? one.substring(0, equals) : "";
            Path before;
            if (disks.containsKey(disk)) {
                before = files.put(disk, Path.of(one.substring(equals + 1)));
            } else if (disks.size() == 1) {
                before = files.put(disks.keySet().iterator().next(), Path.of(one));
            } else {
                throw new LifeboatException(
                        ErrorCode.CLI_WRONG_USAGE, "--changed %s does not say which disk it is about.".formatted(one));
            }
            if (before != null) {
                throw new LifeboatException(
                        ErrorCode.CLI_WRONG_USAGE, "There are several --changed for one disk: put all into one file.");
            }
        }
        return files;
    }

    private Point publish(Vault opened, Credentials writer, Map<String, DiskSource> sources, Map<String, Path> ranges)
            throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try (BlockIndex known = WritersBlocks.open(context, writer, errors());
                    WriterSession session = WriterSession.open(
                            opened, writer, known, context.diskWorkers(), context.random(), context.time())) {
                switch (publish(session, sources, ranges)) {
                    case Publishing.Published(Point point) -> {
                        return point;
                    }
                    case Publishing.Fenced(Seal seal) -> {
                        if (seal.reason() != Seal.Reason.COLLECTOR || attempt == ATTEMPTS) {
                            throw new LifeboatException(
                                    ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE,
                                    "%s was sealed by %s at %s.".formatted(seal.id(), seal.by(), seal.at()));
                        }
                    }
                }
            }
        }
    }

    private Publishing publish(WriterSession session, Map<String, DiskSource> sources, Map<String, Path> ranges)
            throws IOException, InterruptedException {
        String ofGroup = group == null ? machine : group;
        try (PointBuilder point = session.newPoint(ofGroup)) {
            point.machine(machine, StrictJson.object());
            for (Map.Entry<String, DiskSource> disk : sources.entrySet()) {
                DiskSource source = disk.getValue();
                Path file = ranges.get(disk.getKey());
                ChangedBlocks blocks = file == null ? null : ChangedRangesFile.read(file, source.size());
                try (ProgressLine progress = new ProgressLine(
                        errors(),
                        Terminal.ofThisProcess().keyboard().isPresent(),
                        context.time(),
                        "importing %s/%s".formatted(machine, disk.getKey()))) {
                    ByteCount size = new ByteCount(source.size());
                    point.disk(
                            machine,
                            disk.getKey(),
                            source,
                            blocks,
                            (offset, _) -> progress.report(new ByteCount(offset), size));
                } catch (IOException e) {
                    throw new LifeboatException(
                            ErrorCode.VAULT_IMAGE_UNREADABLE,
                            "%s of %s cannot be read: %s.".formatted(disk.getKey(), disks.get(disk.getKey()), e),
                            e);
                }
            }
            return point.publish();
        }
    }

    private void report(Point point) {
        PointStatistics statistics = point.manifest().statistics();
        String text = """
                Published %s: read %s, %d new blocks, stored %s in %d packs.
                Its head, to be remembered outside of the vault: %s
                """.formatted(
                        point.id(),
                        new ByteCount(statistics.readBytes()),
                        statistics.newBlocks(),
                        new ByteCount(statistics.storedBytes()),
                        statistics.packs(),
                        point.head());
        listing.print(
                output(),
                text,
                new Result(
                        point.id().toString(),
                        point.head().toString(),
                        point.id().group(),
                        machine,
                        statistics.readBytes(),
                        statistics.newBlocks(),
                        statistics.storedBytes(),
                        statistics.packs()));
    }
}
