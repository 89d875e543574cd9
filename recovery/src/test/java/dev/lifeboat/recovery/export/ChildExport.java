package dev.lifeboat.recovery.export;

import dev.lifeboat.cli.CommandRunner;
import dev.lifeboat.cli.Interruption;
import dev.lifeboat.host.SystemRandomness;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.store.BlobStores;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The export as the product runs it, on a store that can be made to hang by a file beside it. */
public final class ChildExport {

    private ChildExport() {}

    @Command(name = "lifeboat")
    private static final class Root {}

    /** Runs the command as the product does. */
    public static void main(String... arguments) {
        PrintWriter output = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        Timekeeper time = new SystemTimekeeper();
        RandomGenerator random = SystemRandomness.secure();
        ExportCommand command = new ExportCommand(
                System.in,
                url -> new HangingStore(BlobStores.open(url, time, random), hang(BlobStores.folder(url)), time),
                time,
                random);
        CommandLine root = new CommandLine(new Root()).addSubcommand(command);
        System.exit(Interruption.endGracefully(() -> CommandRunner.run(root, output, errors, arguments)));
    }

    /** The file that makes the store of a folder hang as long as it is there. */
    static Path hang(Path store) {
        return store.resolveSibling(store.getFileName() + ".hangs");
    }
}
