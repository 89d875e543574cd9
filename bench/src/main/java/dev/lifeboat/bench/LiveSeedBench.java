package dev.lifeboat.bench;

import dev.lifeboat.bench.image.BenchImage;
import dev.lifeboat.bench.tool.ProcessCost;
import dev.lifeboat.host.Folders;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The first copy of a machine that runs, into a new repository each time. All tools read the same machine, through the
 * same hypervisor. Making the repository is not measured.
 */
public final class LiveSeedBench {

    /** What stands beside a repository: the machine's disk. */
    private static final int COPIES = 2;

    private final BenchRun run;
    private final BenchImage image;
    private final LiveMachines machines;
    private final LiveTool ours;
    private final List<LiveTool> tools;

    public LiveSeedBench(BenchRun run, BenchImage image, LiveMachines machines, LiveTool ours, List<LiveTool> peers) {
        this.run = run;
        this.image = image;
        this.machines = machines;
        this.ours = ours;
        this.tools = Stream.concat(Stream.of(ours), peers.stream()).toList();
    }

    /**
     * Measures.
     *
     * @throws LifeboatException when a tool fails or there is too little space
     * @throws InterruptedException when the thread is asked to stop
     */
    public BenchResult measure() throws InterruptedException {
        run.requireSpace(image, COPIES);
        run.progress().accept("Starting a machine with the image");
        LiveMachine machine = machines.start("bench", image);
        List<Measurement> measurements = new ArrayList<>();
        for (int round = 1; round <= run.rounds(); round++) {
            for (LiveTool tool : Rotation.of(tools, round)) {
                run.say(round, tool.name());
                measurements.add(measure(tool, machine, round));
            }
        }
        Comparison comparison = new Comparison(ours.name(), measurements);
        return run.result(
                "seed",
                comparison.rows(),
                comparison.ratios(),
                judge(comparison),
                image,
                tools,
                measurements,
                List.of(
                        "All tools read the same running machine through libvirt's pull backup. Its guest is idle; the"
                                + " time of QEMU and libvirtd is in nobody's processor seconds.",
                        "Ours ends when the agent says that its first point is published, which it does once that is"
                                + " durable; processor seconds are those of agent and guard, the memory that of the"
                                + " larger of the two. virtnbdbackup neither encrypts nor makes durable what it wrote."));
    }

    private Measurement measure(LiveTool tool, LiveMachine machine, int round) throws InterruptedException {
        Path work = run.newFolder(tool.name());
        tool.prepare(work);
        run.cache().drop();
        ProcessCost cost = tool.seed(machine, work, run.meter());
        Measurement measurement =
                Measurement.of(tool.name(), image.description().bytes(), round, cost, tool.stored(work));
        machine.forget();
        Folders.delete(work);
        return measurement;
    }

    private static List<Verdict> judge(Comparison comparison) {
        List<Verdict> verdicts = new ArrayList<>();
        comparison
                .ratios()
                .forEach((peer, ratios) ->
                        verdicts.add(Gate.LIVE_SEED_WALL.judge(peer, ratios.getOrDefault("wall", 0.0))));
        verdicts.add(Gate.MEMORY.judge("", comparison.our().rssMib()));
        return verdicts;
    }
}
