package dev.lifeboat.bench.command;

import dev.lifeboat.bench.BenchResult;
import dev.lifeboat.cli.Listing;
import dev.lifeboat.host.Need;
import dev.lifeboat.host.PrivateFolder;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * What all benches have in common: they work in a folder that is gone afterwards, say what they do on the error stream,
 * and print one result. A gate that is missed is part of the result and no failure.
 */
abstract class BenchOperation implements Callable<Integer> {

    private final BenchContext context;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Mixin
    private Listing listing = new Listing();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    BenchOperation(BenchContext context) {
        this.context = context;
    }

    /** Measures, working in the given folder only. */
    abstract BenchResult measure(PrivateFolder work, Consumer<String> progress) throws InterruptedException;

    /** What the computer must have for it. */
    Need need() {
        return Need.BENCH;
    }

    @Override
    public final Integer call() throws InterruptedException {
        context.requirePrograms(need());
        PrintWriter errors = spec.commandLine().getErr();
        try (PrivateFolder work = options.workFolder(context)) {
            BenchResult result = measure(work, line -> {
                errors.println(line);
                errors.flush();
            });
            listing.print(spec.commandLine().getOut(), result.text(), result);
        }
        return 0;
    }

    final BenchContext context() {
        return context;
    }

    final BenchOptions options() {
        return options;
    }
}
