package dev.lifeboat.bench.command;

import dev.lifeboat.bench.BenchResult;
import dev.lifeboat.bench.BenchRun;
import dev.lifeboat.bench.LiveMachines;
import dev.lifeboat.bench.LiveTool;
import dev.lifeboat.bench.image.BenchImage;
import dev.lifeboat.bench.live.BenchHost;
import dev.lifeboat.bench.live.OwnAgent;
import dev.lifeboat.bench.live.Virtnbdbackup;
import dev.lifeboat.bench.tool.OurProcess;
import dev.lifeboat.host.Need;
import dev.lifeboat.host.PrivateFolder;
import dev.lifeboat.model.Timekeeper;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The option that puts a running machine in the place of an image, and what follows from it. Mixed into commands. */
final class LiveOption {

    @Option(
            names = "--live",
            description = "Let the image be the disk of a machine that runs on a libvirt of its own, and measure the"
                    + " agent beside what reads running machines: virtnbdbackup.")
    private boolean wanted;

    /** A bench of running machines. */
    @FunctionalInterface
    interface Bench {
        BenchResult measure(BenchRun run, BenchImage image, LiveMachines machines, LiveTool ours, List<LiveTool> peers)
                throws InterruptedException;
    }

    boolean isWanted() {
        return wanted;
    }

    Need need() {
        return wanted ? Need.LIVE_BENCH : Need.BENCH;
    }

    /** Brings up a host for the time of the bench. */
    BenchResult measure(BenchOperation operation, PrivateFolder work, Consumer<String> progress, Bench bench)
            throws InterruptedException {
        BenchOptions options = operation.options();
        Timekeeper time = operation.context().time();
        int rounds = options.rounds();
        BenchRun run = options.run(work, rounds, progress);
        try (BenchHost host = new BenchHost(run.newFolder("host"), time)) {
            List<LiveTool> peers = options.peers(List.of(new Virtnbdbackup(host)));
            BenchImage image = options.image(operation.context(), progress);
            host.bringUp();
            LiveTool ours = new OwnAgent(host, OurProcess.ofThisProcess(), time);
            return bench.measure(run, image, host, ours, peers);
        }
    }
}
