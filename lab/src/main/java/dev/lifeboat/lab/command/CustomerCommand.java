package dev.lifeboat.lab.command;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.lab.Customers;
import dev.lifeboat.lab.Lab;
import dev.lifeboat.lab.shop.Customer;
import dev.lifeboat.lab.shop.CustomerReport;
import dev.lifeboat.lab.shop.Notebook;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lifeboat lab customer}. */
@Command(
        name = "customer",
        description = {
            "Place orders in the shop, as a customer out in the world, and remember every one that is confirmed.",
            "Ends with how many were confirmed and how long the shop was silent at the longest."
        })
final class CustomerCommand implements Callable<Integer> {

    private final LabContext context;

    @Mixin
    private LabOptions options = new LabOptions();

    @Mixin
    private Listing listing = new Listing();

    @Option(
            names = "--notebook",
            required = true,
            paramLabel = "FILE",
            description = "Where confirmed orders are remembered; an existing one is continued.")
    private Path notebook = Path.of("");

    @Mixin
    private PaceOptions pace = new PaceOptions();

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            description = "Makes the same orders as an earlier customer of that seed would; for one shop only once.")
    private @Nullable Long seed;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    CustomerCommand(LabContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        context.requireRoot("lab customer");
        Lab lab = context.lab(options.name(), line -> {});
        long chosen = seed == null ? context.time().instant().toEpochMilli() : seed;
        spec.commandLine()
                .getErr()
                .printf("Ordering every %d ms; seed %d%n", pace.interval().toMillis(), chosen);
        spec.commandLine().getErr().flush();
        CustomerReport report = lab.world().call(() -> {
            try (Notebook book = Notebook.open(notebook)) {
                return new Customer(
                                Customers.client(context.time()),
                                book,
                                new SplittableRandom(chosen),
                                context.time(),
                                pace.interval())
                        .shop(pace.longest());
            }
        });
        listing.print(spec.commandLine().getOut(), report.text(), report);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return 0;
    }
}
