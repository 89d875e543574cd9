package dev.lifeboat.lab.command;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.lab.Customers;
import dev.lifeboat.lab.Lab;
import dev.lifeboat.lab.scribe.ScribeWatch;
import dev.lifeboat.lab.scribe.ScribeWatcher;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lifeboat lab watch-records}. */
@Command(
        name = "watch-records",
        description = {
            "Ask scribe again and again for its newest record, and remember the highest it has announced.",
            "Ends with that number, which check-records takes, and how long scribe was silent at the longest."
        })
final class WatchRecordsCommand implements Callable<Integer> {

    private final LabContext context;

    @Mixin
    private LabOptions options = new LabOptions();

    @Mixin
    private Listing listing = new Listing();

    @Mixin
    private PaceOptions pace = new PaceOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    WatchRecordsCommand(LabContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        context.requireRoot("lab watch-records");
        Lab lab = context.lab(options.name(), line -> {});
        ScribeWatch watch = lab.besideScribe()
                .call(() -> new ScribeWatcher(Customers.scribe(context.time()), context.time(), pace.interval())
                        .watch(pace.longest()));
        listing.print(spec.commandLine().getOut(), watch.text(), watch);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return 0;
    }
}
