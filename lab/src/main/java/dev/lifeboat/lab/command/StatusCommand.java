package dev.lifeboat.lab.command;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.cli.Table;
import dev.lifeboat.lab.Lab;
import dev.lifeboat.lab.LabFolder;
import dev.lifeboat.lab.LabName;
import dev.lifeboat.lab.LabStatus;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lifeboat lab status}. */
@Command(
        name = "status",
        description = "Show sites, hosts, link, machines, addresses, and whether the shop answers and how many orders"
                + " it holds.")
final class StatusCommand implements Callable<Integer> {

    private final LabContext context;

    @Mixin
    private LabOptions options = new LabOptions();

    @Mixin
    private Listing listing = new Listing();

    @Option(names = "--all", description = "Only list the labs of this computer.")
    private boolean all;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    StatusCommand(LabContext context) {
        this.context = context;
    }

    /** A lab of this computer. */
    record Entry(String name, boolean up) {}

    @Override
    public Integer call() throws InterruptedException {
        if (all) {
            list();
        } else {
            context.requireRoot("lab status");
            Lab lab = context.lab(options.name(), line -> {});
            lab.requireUp();
            LabStatus status = lab.status();
            listing.print(spec.commandLine().getOut(), text(status), status);
        }
        return 0;
    }

    private void list() {
        List<Entry> labs = LabFolder.all(context.labs()).stream()
                .map(name -> new Entry(name.value(), isUp(name)))
                .toList();
        Table table = new Table("LAB", "STATE");
        labs.forEach(lab -> table.row(lab.name(), lab.up() ? "up" : "not running"));
        listing.print(spec.commandLine().getOut(), table.text(), labs);
    }

    private boolean isUp(LabName name) {
        return context.lab(name, line -> {}).isUp();
    }

    private static String text(LabStatus status) {
        Table hosts = new Table("SITE", "POWER", "HOST", "ADDRESS", "LIBVIRT");
        status.sites()
                .forEach(site -> site.hosts()
                        .forEach(host -> hosts.row(
                                site.name(),
                                site.powered() ? "on" : "off",
                                host.name(),
                                host.address(),
                                host.libvirt() ? "answers" : "silent")));
        Table machines = new Table("MACHINE", "HOST", "STATE", "ADDRESS");
        status.machines()
                .forEach(machine ->
                        machines.row(machine.name(), machine.host(), machine.state(), known(machine.address())));
        return "Lab '%s'%n%n%s%nLink between the sites: %s%n%n%s%n%s%s"
                .formatted(
                        status.name(),
                        hosts.text(),
                        link(status.link()),
                        machines.text(),
                        shop(status.shop()),
                        scribe(status.scribe()));
    }

    private static String link(LabStatus.Link link) {
        return switch (link) {
            case UP -> "up";
            case CUT -> "cut";
            case NONE -> "none, a site has no power";
        };
    }

    private static String shop(LabStatus.@Nullable Shop shop) {
        if (shop == null) {
            return "";
        }
        if (!shop.answers()) {
            return "Shop:   does not answer\n";
        }
        return "Shop:   answers; %s orders in the database, %s in the ledger\n"
                .formatted(known(shop.orders()), known(shop.ledger()));
    }

    private static String scribe(LabStatus.@Nullable Scribe scribe) {
        if (scribe == null) {
            return "";
        }
        return scribe.answers()
                ? "Scribe: answers; last record %s\n".formatted(known(scribe.last()))
                : "Scribe: does not answer\n";
    }

    private static String known(@Nullable Object value) {
        return Objects.requireNonNullElse(value, "-").toString();
    }
}
