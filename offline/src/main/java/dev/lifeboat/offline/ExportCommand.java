package dev.lifeboat.offline;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.recovery.image.ImageFormat;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.PointId;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lifeboat vault export}. */
@Command(
        name = "export",
        description =
                "Write a disk of a recovery point to an image file, every block of it verified. An export that was"
                        + " broken off goes on where it stopped.")
final class ExportCommand extends VaultOperation {

    private final OfflineContext context;
    private final ByteCount step;

    @Mixin
    private ReadAccess access = new ReadAccess();

    @Parameters(index = "0", paramLabel = "POINT", description = "The recovery point, such as shop@1-42.")
    private String point = "";

    @Parameters(index = "1", paramLabel = "OUTFILE", description = "The image to be written; it must not exist.")
    private Path image = Path.of("");

    @Option(
            names = "--disk",
            paramLabel = "NAME",
            required = true,
            description = "Which disk; MACHINE/NAME where several machines have one of that name.")
    private String disk = "";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "raw",
            description = "The image's format: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ImageFormat format = ImageFormat.raw;

    @Mixin
    private Listing listing = new Listing();

    ExportCommand(OfflineContext context) {
        this(context, ImageExport.STEP);
    }

    /** @param step after how much of the disk it is written down how far the export has come */
    ExportCommand(OfflineContext context, ByteCount step) {
        this.context = context;
        this.step = step;
    }

    /** What a script gets. */
    record Result(String point, String disk, String file, long size, long storedBytes, long resumedFrom) {}

    @Override
    int run() throws IOException, InterruptedException {
        Vault vault = access.openWithKey(context);
        Point found = vault.point(PointId.parse(point));
        DiskRecord record = found.disk(disk);
        ByteCount stored = DiskImages.stored(record);
        long from = new DiskImages(context, vault, step, errors()).write(found, disk, image, format);
        listing.print(
                output(),
                "Wrote %s of %s to %s, %s, every block verified.%n"
                        .formatted(disk, found.id(), image, new ByteCount(record.size())),
                new Result(found.id().toString(), disk, image.toString(), record.size(), stored.bytes(), from));
        return 0;
    }
}
