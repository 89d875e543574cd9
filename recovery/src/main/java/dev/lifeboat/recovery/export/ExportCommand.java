package dev.lifeboat.recovery.export;

import dev.lifeboat.host.ProcessSecrecy;
import dev.lifeboat.host.StaleSocket;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.store.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code lifeboat export}: the process that serves the disks of one recovered machine. It reads an {@link ExportOrder}
 * from its standard input, and goes on until it is told to end.
 */
@Command(
        name = "export",
        hidden = true,
        description = "Serve the disks of a recovered machine to its guest. It is started by the agent.")
public final class ExportCommand implements Callable<Integer> {

    private final InputStream input;
    private final Function<String, BlobStore> stores;
    private final Timekeeper time;
    private final RandomGenerator random;

    @Option(names = "--socket", paramLabel = "PATH", required = true, description = "The Unix socket to be made.")
    private Path socket = Path.of("");

    /**
     * The command.
     *
     * @param input from which the order is read, to its end
     * @param stores opens the store of a vault by its address
     * @param random for pauses; needs no strength
     */
    public ExportCommand(
            InputStream input, Function<String, BlobStore> stores, Timekeeper time, RandomGenerator random) {
        this.input = input;
        this.stores = stores;
        this.time = time;
        this.random = random;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ProcessSecrecy secrecy = ProcessSecrecy.begin();
        ExportFiles files = new ExportFiles(socket.toAbsolutePath());
        ExportOrder order = ExportOrder.read(input);
        try (FileChannel lock = FileChannel.open(files.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            @Nullable FileLock alone = lock.tryLock();
            if (alone == null) {
                throw new LifeboatException(
                        ErrorCode.RECOVERY_EXPORT_RUNNING, "An export serves at %s already.".formatted(socket));
            }
            StaleSocket.remove(files.socket());
            StaleSocket.remove(files.control());
            try (ServingExport _ =
                    new ServingExport(order, files, stores.apply(order.vault()), secrecy, time, random)) {
                new CountDownLatch(1).await();
            }
        } finally {
            order.close();
        }
        return 0;
    }
}
