package dev.lifeboat.bench.boot;

import dev.lifeboat.cli.CommandRunner;
import dev.lifeboat.host.SystemRandomness;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.export.ExportCommand;
import dev.lifeboat.vault.store.BlobStores;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The process of an export as the product has it, but for the {@link SlowLink} between it and its store. */
@Command(name = "bench-boot", description = "Serve the disks of a machine from behind a slow link.")
public final class DistantExport {

    private DistantExport() {}

    /** Serves until it is ended. */
    public static void main(String... arguments) {
        Timekeeper time = new SystemTimekeeper();
        RandomGenerator random = SystemRandomness.secure();
        PrintWriter errors = new PrintWriter(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        CommandLine root = new CommandLine(new DistantExport())
                .addSubcommand(new ExportCommand(
                        System.in, url -> SlowLink.before(BlobStores.open(url, time, random), time), time, random));
        int _ = CommandRunner.run(root, errors, errors, arguments);
    }
}
