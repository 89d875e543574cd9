package dev.lifeboat.bench.command;

import dev.lifeboat.bench.BenchResult;
import dev.lifeboat.bench.CycleBench;
import dev.lifeboat.bench.LiveCycleBench;
import dev.lifeboat.bench.MappedBench;
import dev.lifeboat.bench.tool.Contender;
import dev.lifeboat.bench.tool.Contenders;
import dev.lifeboat.host.Need;
import dev.lifeboat.host.PrivateFolder;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lifeboat bench cycle}. */
@Command(
        name = "cycle",
        description = {
            "Measure what a period costs: 10 MiB of a disk change and the repository is brought up to date.",
            "Ours is a running process that was told what changed; a peer reads the disk again.",
            "With --live the disk is that of a machine that runs, and the hypervisor tells what changed."
        })
final class CycleCommand extends BenchOperation {

    @Option(
            names = "--mapped",
            paramLabel = "SIZE",
            converter = ByteCountConverter.class,
            description = "Instead compare a made-up disk of this size, every block of which is mapped, with one of"
                    + " 4 GiB, in ten cycles each. No peer takes part.")
    private @Nullable ByteCount mapped;

    @Mixin
    private LiveOption live = new LiveOption();

    CycleCommand(BenchContext context) {
        super(context);
    }

    @Override
    BenchResult measure(PrivateFolder work, Consumer<String> progress) throws InterruptedException {
        if (live.isWanted()) {
            return ofRunningMachine(work, progress);
        }
        return mapped == null ? ofImage(work, progress) : ofMapped(mapped, work, progress);
    }

    @Override
    Need need() {
        return live.need();
    }

    private BenchResult ofRunningMachine(PrivateFolder work, Consumer<String> progress) throws InterruptedException {
        if (mapped != null) {
            throw new LifeboatException(ErrorCode.CLI_WRONG_USAGE, "--mapped does not go with --live.");
        }
        return live.measure(
                this,
                work,
                progress,
                (run, image, host, ours, peers) -> new LiveCycleBench(run, image, host, ours, peers).measure());
    }

    private BenchResult ofImage(PrivateFolder work, Consumer<String> progress) throws InterruptedException {
        int rounds = options().rounds();
        List<Contender> peers = options().peers(Contenders.peersThatAdd());
        return new CycleBench(
                        options().run(work, rounds, progress),
                        options().image(context(), progress),
                        Contenders.ourselves(),
                        peers,
                        context().sessions(),
                        context().time())
                .measure();
    }

    private BenchResult ofMapped(ByteCount large, PrivateFolder work, Consumer<String> progress)
            throws InterruptedException {
        if (options().namesImageOrPeer()) {
            throw new LifeboatException(
                    ErrorCode.CLI_WRONG_USAGE, "--mapped goes with neither --image nor --size nor --against.");
        }
        if (large.compareTo(MappedBench.SMALL) <= 0) {
            throw new LifeboatException(
                    ErrorCode.CLI_WRONG_USAGE, "--mapped takes more than %s.".formatted(MappedBench.SMALL));
        }
        return new MappedBench(
                        options().run(work, MappedBench.CYCLES, progress),
                        large,
                        MappedBench.SMALL,
                        Contenders.ourselves(),
                        context().sessions(),
                        context().time())
                .measure();
    }
}
