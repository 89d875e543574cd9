package dev.lifeboat.bench.command;

import dev.lifeboat.bench.BenchRun;
import dev.lifeboat.bench.ServedResult;
import dev.lifeboat.bench.served.ServedPreparation;
import dev.lifeboat.host.Need;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lifeboat bench export}. */
@Command(
        name = ExportCommand.NAME,
        description = "Measure the disk that a recovered machine gets out of a vault, read in order and here and there,"
                + " beside qemu-nbd with the same disk in a raw file.")
final class ExportCommand extends HostedOperation {

    static final String NAME = "export";

    private static final ByteCount LEAST_DISK = ByteCount.ofMebibytes(16);
    private static final ByteCount MOST_DISK = ByteCount.ofGibibytes(4);

    /** The image, the vault, and what an export keeps, of the largest disk. */
    private static final ByteCount SPACE = ByteCount.ofGibibytes(12);

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "2G",
            converter = ByteCountConverter.class,
            description = "The size of the disk (default: ${DEFAULT-VALUE}).")
    private ByteCount size = LEAST_DISK;

    ExportCommand(BenchContext context) {
        super(NAME, Need.EXPORT_BENCH, SPACE, context);
    }

    @Override
    void requireSense() {
        if (size.compareTo(LEAST_DISK) < 0 || size.compareTo(MOST_DISK) > 0) {
            throw new LifeboatException(
                    ErrorCode.CLI_WRONG_USAGE, "--size takes %s to %s.".formatted(LEAST_DISK, MOST_DISK));
        }
    }

    @Override
    void prepare(Path work) {
        // The disk is made up on the host.
    }

    @Override
    List<String> options() {
        return List.of("--size", typed(size));
    }

    @Override
    Result measure(BenchRun run) throws InterruptedException {
        ServedResult result = new ServedPreparation(
                        run, size, processors(), context().time(), context().random())
                .measure();
        return new Result(result.text(), result);
    }
}
