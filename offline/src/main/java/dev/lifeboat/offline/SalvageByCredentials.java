package dev.lifeboat.offline;

import dev.lifeboat.cli.ProgressLine;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.recovery.home.HomeDisk;
import dev.lifeboat.recovery.home.Salvage;
import dev.lifeboat.recovery.home.SalvageReport;
import dev.lifeboat.vault.capture.BlockIndex;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.store.BlobStore;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;

/** Publishes what is on old images with credentials from a file, and shows how far it is. */
final class SalvageByCredentials {

    private final OfflineContext context;
    private final BlobStore store;
    private final Path credentials;
    private final PrintWriter errors;

    SalvageByCredentials(OfflineContext context, BlobStore store, Path credentials, PrintWriter errors) {
        this.context = context;
        this.store = store;
        this.credentials = credentials;
        this.errors = errors;
    }

    /**
     * Publishes the disks of a machine.
     *
     * @param disks by their names at the machine
     */
    SalvageReport publish(String group, String machine, Map<String, HomeDisk> disks) throws InterruptedException {
        try (Credentials writer =
                        Credentials.parse(TextFile.bytes(credentials, Credentials.MAX_BYTES), credentials.toString());
                BlockIndex known = WritersBlocks.open(context, writer, errors);
                ProgressLine progress = new ProgressLine(
                        errors,
                        Terminal.ofThisProcess().keyboard().isPresent(),
                        context.time(),
                        "salvaging %s".formatted(machine))) {
            return new Salvage(store, writer, context.diskWorkers(), context.random(), context.time())
                    .publish(
                            new Salvage.Salvaged(group, machine, disks),
                            known,
                            offset -> progress.report(new ByteCount(offset), null));
        }
    }
}
