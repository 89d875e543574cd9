package dev.lifeboat.lab.command;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.host.PrivateFolder;
import dev.lifeboat.lab.Customers;
import dev.lifeboat.lab.GuestImages;
import dev.lifeboat.lab.shop.AuditReport;
import dev.lifeboat.lab.shop.Books;
import dev.lifeboat.lab.shop.Confirmation;
import dev.lifeboat.lab.shop.DiskBooks;
import dev.lifeboat.lab.shop.Notebook;
import dev.lifeboat.lab.shop.OrderAudit;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lifeboat lab check-orders}. */
@Command(
        name = "check-orders",
        description = {
            "Compare what a customer was promised with the shop's two books: how many confirmed orders are there, lost,"
                    + " torn or doubled, and whether the two machines agree.",
            "The books are read from the running shop, or from the disks of its machines."
        })
final class CheckOrdersCommand implements Callable<Integer> {

    private final LabContext context;

    @Mixin
    private LabOptions options = new LabOptions();

    @Mixin
    private Listing listing = new Listing();

    @Option(names = "--notebook", required = true, paramLabel = "FILE", description = "What the customer wrote.")
    private Path notebook = Path.of("");

    @Option(
            names = "--as-of",
            paramLabel = "TIME",
            description = "Expect only orders confirmed before this time (ISO-8601, such as 2027-01-31T02:15:00Z).")
    private @Nullable Instant asOf;

    @ArgGroup(exclusive = false)
    private @Nullable Disks disks;

    /** The two disks that hold the books. */
    static final class Disks {
        @Option(names = "--web-disk", required = true, paramLabel = "FILE", description = "The root disk of web.")
        private Path web = Path.of("");

        @Option(names = "--db-disk", required = true, paramLabel = "FILE", description = "The data disk of db.")
        private Path db = Path.of("");
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    CheckOrdersCommand(LabContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        context.requireRoot("lab check-orders");
        // Before the books, so that an order confirmed meanwhile is not taken for a lost one.
        List<Confirmation> confirmations = Notebook.read(notebook);
        OrderAudit audit = asOf == null ? OrderAudit.ofEverything() : OrderAudit.asOf(asOf);
        AuditReport report = audit.judge(confirmations, disks == null ? fromShop() : fromDisks(disks));
        listing.print(spec.commandLine().getOut(), report.text(), report);
        if (!report.clean()) {
            throw new LifeboatException(ErrorCode.LAB_BOOKS_WRONG, "The books are not what the customer was promised.");
        }
        return 0;
    }

    private Books fromShop() throws Exception {
        return context.lab(options.name(), line -> {})
                .world()
                .call(() -> Customers.client(context.time()).books());
    }

    private Books fromDisks(Disks from) throws InterruptedException {
        context.requirePrograms();
        GuestImages images = context.images(spec.commandLine().getErr()::println);
        try (PrivateFolder system = context.temporaryFolder();
                PrivateFolder copies = context.temporaryFolder()) {
            images.unpackRoot("db", system.path());
            return new DiskBooks(copies.path(), system.path()).read(from.web, from.db);
        }
    }
}
