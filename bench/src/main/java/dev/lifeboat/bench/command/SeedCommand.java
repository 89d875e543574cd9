package dev.lifeboat.bench.command;

import dev.lifeboat.bench.BenchResult;
import dev.lifeboat.bench.LiveSeedBench;
import dev.lifeboat.bench.SeedBench;
import dev.lifeboat.bench.tool.Contender;
import dev.lifeboat.bench.tool.Contenders;
import dev.lifeboat.host.Need;
import dev.lifeboat.host.PrivateFolder;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lifeboat bench seed}. */
@Command(
        name = "seed",
        description = {
            "Measure the first copy of a disk image into a new repository.",
            "With --live it is the disk of a machine that runs, read through libvirt.",
            "Without --image one of 4 GiB of packages' files is built first, which takes a download of 1 GiB."
        })
final class SeedCommand extends BenchOperation {

    @Mixin
    private LiveOption live = new LiveOption();

    SeedCommand(BenchContext context) {
        super(context);
    }

    @Override
    Need need() {
        return live.need();
    }

    @Override
    BenchResult measure(PrivateFolder work, Consumer<String> progress) throws InterruptedException {
        if (live.isWanted()) {
            return live.measure(
                    this,
                    work,
                    progress,
                    (run, image, host, ours, peers) -> new LiveSeedBench(run, image, host, ours, peers).measure());
        }
        int rounds = options().rounds();
        List<Contender> peers = options().peers(Contenders.peers());
        return new SeedBench(
                        options().run(work, rounds, progress),
                        options().image(context(), progress),
                        Contenders.ourselves(),
                        peers)
                .measure();
    }
}
