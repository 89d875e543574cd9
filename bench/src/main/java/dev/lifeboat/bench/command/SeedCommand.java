package dev.lifeboat.bench.command;

import dev.lifeboat.bench.BenchResult;
import dev.lifeboat.bench.SeedBench;
import dev.lifeboat.bench.tool.Contender;
import dev.lifeboat.bench.tool.Contenders;
import dev.lifeboat.host.PrivateFolder;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** {@code lifeboat bench seed}. */
@Command(
        name = "seed",
        description = {
            "Measure the first copy of a disk image into a new repository.",
            "Without --image one of 4 GiB of packages' files is built first, which takes a download of 1 GiB."
        })
final class SeedCommand extends BenchOperation {

    SeedCommand(BenchContext context) {
        super(context);
    }

    @Override
    BenchResult measure(PrivateFolder work, Consumer<String> progress) throws InterruptedException {
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
