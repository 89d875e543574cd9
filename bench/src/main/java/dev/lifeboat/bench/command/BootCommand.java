package dev.lifeboat.bench.command;

import dev.lifeboat.bench.BenchRun;
import dev.lifeboat.bench.BootResult;
import dev.lifeboat.bench.boot.BootGuest;
import dev.lifeboat.bench.boot.BootPreparation;
import dev.lifeboat.host.Need;
import dev.lifeboat.lab.GuestImages;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lifeboat bench boot}. */
@Command(
        name = BootCommand.NAME,
        description = {
            "Measure how long a machine takes to come up from a vault, beside the same machine from a local disk: until"
                    + " it first answers HTTP, cold and with the trace of an earlier start, also over a slow link.",
            "The machine is one of the lab's; its image is built first if it is not there."
        })
final class BootCommand extends HostedOperation {

    static final String NAME = "boot";

    /** Larger than what the guest itself has on it. */
    private static final ByteCount LEAST_DISK = ByteCount.ofMebibytes(128);

    private static final int MOST_DISKS = 4;

    /** Both copies of the guest, vaults of little that is not repeated, and what exports keep. */
    private static final ByteCount SPACE = ByteCount.ofGibibytes(4);

    @Option(
            names = "--disks",
            paramLabel = "SIZE",
            split = ",",
            defaultValue = "4G,100G",
            converter = ByteCountConverter.class,
            description = "Sizes of the machine's disk, every block of which is mapped in the vault (default:"
                    + " ${DEFAULT-VALUE}).")
    private List<ByteCount> disks = List.of();

    BootCommand(BenchContext context) {
        super(NAME, Need.LAB, SPACE, context);
    }

    @Override
    void requireSense() {
        if (disks.size() > MOST_DISKS || disks.stream().anyMatch(disk -> disk.compareTo(LEAST_DISK) < 0)) {
            throw new LifeboatException(
                    ErrorCode.CLI_WRONG_USAGE,
                    "--disks takes up to %d sizes of at least %s.".formatted(MOST_DISKS, LEAST_DISK));
        }
    }

    @Override
    void prepare(Path work) throws InterruptedException {
        BootGuest.fetch(
                new GuestImages(context().folders().guestImages(), context().time(), this::say), work);
    }

    @Override
    List<String> options() {
        return List.of("--disks", disks.stream().map(HostedOperation::typed).collect(Collectors.joining(",")));
    }

    @Override
    Result measure(BenchRun run) throws InterruptedException {
        List<ByteCount> sizes = disks.stream().sorted().distinct().toList();
        BootResult result = new BootPreparation(
                        run, sizes, processors(), context().time(), context().random())
                .measure();
        return new Result(result.text(), result);
    }
}
