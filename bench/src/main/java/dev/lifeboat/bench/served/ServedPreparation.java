package dev.lifeboat.bench.served;

import dev.lifeboat.bench.BenchRun;
import dev.lifeboat.bench.ServedBench;
import dev.lifeboat.bench.ServedResult;
import dev.lifeboat.bench.own.RecoverableVault;
import dev.lifeboat.bench.tool.OurProcess;
import dev.lifeboat.cli.LifeboatVersion;
import dev.lifeboat.host.ProgramVersion;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.export.ExportStarter;
import dev.lifeboat.vault.key.StrictJson;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;

/** Makes the image and a vault with one point of it, and has all servers measured. */
public final class ServedPreparation {

    private final BenchRun run;
    private final ByteCount disk;
    private final int processors;
    private final Timekeeper time;
    private final RandomGenerator random;

    /**
     * Prepares nothing yet.
     *
     * @param disk the size of the image, in whole blocks
     * @param processors how many threads may compute at once
     * @param random good enough for keys
     */
    public ServedPreparation(BenchRun run, ByteCount disk, int processors, Timekeeper time, RandomGenerator random) {
        this.run = run;
        this.disk = disk;
        this.processors = processors;
        this.time = time;
        this.random = random;
    }

    /**
     * Prepares and measures.
     *
     * @throws LifeboatException when the disk could not be read
     * @throws InterruptedException when the thread is asked to stop
     */
    public ServedResult measure() throws InterruptedException {
        run.progress().accept("Preparing a disk of %s".formatted(disk));
        Path image = run.folder().resolve("disk.raw");
        HalfRandomImage.write(image, disk);
        NbdReaders readers = new NbdReaders(time);
        ExportStarter starter = new ExportStarter(OurProcess.MAIN_CLASS, System.getProperty("java.class.path"), time);
        Path folder = run.folder().resolve("export");
        try (RecoverableVault vault = RecoverableVault.publish(
                run.folder().resolve("vault"),
                OwnExport.MACHINE,
                StrictJson.object(),
                List.of(new RecoverableVault.Disk(HalfRandomImage.DISK, image, disk)),
                processors,
                time,
                random)) {
            return new ServedBench(
                            run,
                            new QemuNbd(image, disk, run.folder().resolve("qemu.sock"), readers, time),
                            new OwnExport(false, vault, disk, folder, starter, readers, time),
                            List.of(new OwnExport(true, vault, disk, folder, starter, readers, time)))
                    .measure(disk, versions(), notes());
        }
    }

    private static SequencedMap<String, String> versions() throws InterruptedException {
        SequencedMap<String, String> versions = new LinkedHashMap<>();
        versions.put("lifeboat", LifeboatVersion.current());
        for (String program : List.of("qemu-nbd", "nbdkit", "nbdcopy", "fio")) {
            versions.put(
                    program, ProgramVersion.ask(List.of(program, "--version")).orElse("unknown"));
        }
        return versions;
    }

    private static List<String> notes() {
        return List.of(
                "Of four blocks of the disk one is a hole; half of every other is random, seed %d."
                        .formatted(HalfRandomImage.SEED),
                String.format(
                        Locale.ROOT,
                        "In order by `nbdcopy --connections=1 --requests=16` to nowhere; %,d random reads of 4 KiB, one"
                                + " at a time, by fio. A server is started anew for each of the two, which is not"
                                + " measured.",
                        NbdReaders.RANDOM_READS));
    }
}
