package dev.lifeboat.offline;

import dev.lifeboat.cli.ProgressLine;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.recovery.image.ImageFormat;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.disk.DiskCopy;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.point.DiskRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;

/** Writes disks of points to images, with a line that shows how far it is. */
final class DiskImages {

    private final OfflineContext context;
    private final Vault vault;
    private final ByteCount step;
    private final PrintWriter errors;

    /**
     * @param step after how much of a disk it is written down how far the image has come
     * @param errors where progress goes
     */
    DiskImages(OfflineContext context, Vault vault, ByteCount step, PrintWriter errors) {
        this.context = context;
        this.vault = vault;
        this.step = step;
        this.errors = errors;
    }

    /** How many bytes of a disk are in the vault; the rest was never written. */
    static ByteCount stored(DiskRecord disk) {
        return new ByteCount(Math.min(disk.stored() * Block.SIZE, disk.size()));
    }

    /**
     * Writes an image, or goes on with one.
     *
     * @param disk of the point, by the name that a person would give it
     * @return the offset from which it went on; 0 when it was begun anew
     */
    long write(Point point, String disk, Path image, ImageFormat format) throws IOException, InterruptedException {
        DiskRecord record = point.disk(disk);
        DiskCopy copy = new DiskCopy(vault.tree(record), record.size(), vault.openers(), context.diskWorkers());
        ImageExport export = new ImageExport(
                image, format, record.size(), "%s %s %s".formatted(point.head(), disk, format), step, context.time());
        try (ProgressLine progress = new ProgressLine(
                errors,
                Terminal.ofThisProcess().keyboard().isPresent(),
                context.time(),
                "exporting %s %s".formatted(point.id(), disk))) {
            return export.run(copy, copied -> progress.report(new ByteCount(copied), stored(record)));
        }
    }
}
