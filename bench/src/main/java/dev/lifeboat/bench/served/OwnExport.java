package dev.lifeboat.bench.served;

import dev.lifeboat.bench.ServedWay;
import dev.lifeboat.bench.own.RecoverableVault;
import dev.lifeboat.bench.tool.ServiceMeter;
import dev.lifeboat.host.Folders;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.VaultDisks.OpenVault;
import dev.lifeboat.recovery.export.BootTrace;
import dev.lifeboat.recovery.export.ExportFiles;
import dev.lifeboat.recovery.export.ExportOrder;
import dev.lifeboat.recovery.export.ExportStarter;
import dev.lifeboat.recovery.export.RunningExport;
import dev.lifeboat.recovery.relay.RelayStarter;
import dev.lifeboat.recovery.relay.RunningRelay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The export of a recovered machine, by itself or with its relay in front. Its cache is empty at every reading. */
final class OwnExport implements ServedWay {

    static final String MACHINE = "guest";

    /** As rescue has it. */
    private static final ByteCount CACHE = ByteCount.ofGibibytes(4);

    private final boolean relayed;
    private final RecoverableVault vault;
    private final ByteCount disk;
    private final Path folder;
    private final ExportStarter starter;
    private final NbdReaders readers;
    private final Timekeeper time;

    /**
     * @param relayed whether it is read through a relay
     * @param folder not there between readings
     */
    OwnExport(
            boolean relayed,
            RecoverableVault vault,
            ByteCount disk,
            Path folder,
            ExportStarter starter,
            NbdReaders readers,
            Timekeeper time) {
        this.relayed = relayed;
        this.vault = vault;
        this.disk = disk;
        this.folder = folder;
        this.starter = starter;
        this.readers = readers;
        this.time = time;
    }

    @Override
    public String name() {
        return relayed ? "relay and export" : "export";
    }

    @Override
    public SequentialFigures sequential() throws InterruptedException {
        return served((uri, export) -> {
            double speed = readers.sequential(uri, disk);
            return new SequentialFigures(
                    speed,
                    ServiceMeter.read(ProcessHandle.of(export.status().processId()).stream())
                            .peakMib());
        });
    }

    @Override
    public RandomFigures random() throws InterruptedException {
        return served((uri, _) -> readers.random(uri));
    }

    private interface Reading<T> {
        T from(String uri, RunningExport export) throws InterruptedException;
    }

    private <T> T served(Reading<T> reading) throws InterruptedException {
        Path cache = folder.resolve("cache");
        try {
            Files.createDirectories(cache);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "%s could not be made: %s".formatted(cache, e), e);
        }
        OpenVault open = vault.open(UnaryOperator.identity());
        try (ExportOrder order = ExportOrder.of(
                open.url(),
                open.vault(),
                open.sessions(),
                vault.point(),
                MACHINE,
                Optional.empty(),
                cache,
                CACHE,
                BootTrace.NONE)) {
            RunningExport export = starter.start(order, ExportFiles.in(folder));
            try {
                return relayed ? throughRelay(export, reading) : reading.from(uri(export.socket()), export);
            } finally {
                export.end();
            }
        } finally {
            Folders.delete(folder);
        }
    }

    private <T> T throughRelay(RunningExport export, Reading<T> reading) throws InterruptedException {
        RunningRelay relay =
                new RelayStarter(Optional.empty(), time).start(MACHINE, export.socket(), folder.resolve("relay"));
        try {
            return reading.from(uri(relay.socket()), export);
        } finally {
            relay.end();
        }
    }

    private static String uri(Path socket) {
        return "nbd+unix:///%s?socket=%s".formatted(HalfRandomImage.DISK, socket);
    }
}
