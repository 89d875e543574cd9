package dev.lifeboat.bench.command;

import dev.lifeboat.bench.BenchResult;
import dev.lifeboat.bench.RestoreBench;
import dev.lifeboat.bench.tool.Contender;
import dev.lifeboat.bench.tool.Contenders;
import dev.lifeboat.host.PrivateFolder;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** {@code lifeboat bench restore}. */
@Command(
        name = "restore",
        description = {
            "Measure the way back of a disk image from a repository into a new file.",
            "Without --image one of 4 GiB of packages' files is built first, which takes a download of 1 GiB."
        })
final class RestoreCommand extends BenchOperation {

    RestoreCommand(BenchContext context) {
        super(context);
    }

    @Override
    BenchResult measure(PrivateFolder work, Consumer<String> progress) throws InterruptedException {
        int rounds = options().rounds();
        List<Contender> peers = options().peers(Contenders.peers());
        return new RestoreBench(
                        options().run(work, rounds, progress),
                        options().image(context(), progress),
                        Contenders.ourselves(),
                        peers)
                .measure();
    }
}
