package dev.lifeboat.bench.live;

import dev.lifeboat.bench.LiveMachine;
import dev.lifeboat.bench.LiveProtection;
import dev.lifeboat.bench.LiveTool;
import dev.lifeboat.bench.tool.ProcessCost;
import dev.lifeboat.bench.tool.ProcessMeter;
import dev.lifeboat.bench.tool.StoredSize;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramVersion;
import java.nio.file.Path;
import java.util.List;

/**
 * virtnbdbackup with LZ4, started anew for each copy. Its scratch files and its socket stand where QEMU of the bench's
 * host may write, in place of {@code /var/tmp}.
 */
public final class Virtnbdbackup implements LiveTool {

    /** Its name for {@code --against}. */
    public static final String NAME = "virtnbdbackup";

    private static final Path SCRATCH = BenchHost.LIB.resolve("scratch");

    private final BenchHost host;

    public Virtnbdbackup(BenchHost host) {
        this.host = host;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() throws InterruptedException {
        return ProgramVersion.ask(List.of(NAME, "--version")).orElse("unknown");
    }

    @Override
    public List<String> flags() {
        return List.of(
                "virtnbdbackup -d MACHINE -l full -z -o REPOSITORY -S FOLDER -f SOCKET",
                "virtnbdbackup -d MACHINE -l inc -z -o REPOSITORY -S FOLDER -f SOCKET");
    }

    @Override
    public void prepare(Path work) {
        // The folder is made by the first copy.
    }

    @Override
    public ProcessCost seed(LiveMachine machine, Path work, ProcessMeter meter) throws InterruptedException {
        return copy("full", machine, work, meter);
    }

    @Override
    public LiveProtection protect(LiveMachine machine, Path work, ProcessMeter meter) throws InterruptedException {
        copy("full", machine, work, meter);
        return new LiveProtection() {
            @Override
            public void settle() {
                // Nothing of it runs between two copies.
            }

            @Override
            public ProcessCost next(Between between, long changedBytes) throws InterruptedException {
                between.happens();
                return copy("inc", machine, work, meter);
            }

            @Override
            public void close() {
                // Nothing of it runs.
            }
        };
    }

    @Override
    public StoredSize stored(Path work) {
        return StoredSize.of(work);
    }

    private ProcessCost copy(String level, LiveMachine machine, Path work, ProcessMeter meter)
            throws InterruptedException {
        // The option -z takes a level if a word follows; here an option does.
        return meter.cost(host.inside(Program.of(NAME, "-d", machine.name(), "-l", level, "-z", "-o")
                .with(work.resolve("repository").toString())
                .with(
                        "-S",
                        SCRATCH.toString(),
                        "-f",
                        SCRATCH.resolve("nbd.sock").toString())));
    }
}
