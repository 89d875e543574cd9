package dev.lifeboat.offline;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.recovery.RecoveryReport;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lifeboat rescue start}. */
@Command(
        name = "start",
        description =
                "Start the machines of a group on this host, straight from the vault. The same command again goes on"
                        + " with what was begun, or starts again what has stopped.")
final class RescueStartCommand extends VaultOperation {

    private final OfflineContext context;

    @Mixin
    private RecoveryOptions options = new RecoveryOptions();

    @Mixin
    private RescueHost host = new RescueHost();

    @Mixin
    private Listing listing = new Listing();

    RescueStartCommand(OfflineContext context) {
        this.context = context;
    }

    @Override
    int run() throws InterruptedException {
        RecoveryOptions.Chosen chosen = options.open(context);
        errors().printf(
                        "Starting %s of %s.%n",
                        chosen.order().name(), chosen.point().id());
        RecoveryReport report = host.with(
                context,
                chosen.vault(),
                recoveries -> recoveries.start(chosen.order(), line -> {
                    errors().println(line);
                    errors().flush();
                }));
        List<RescueText.Recovery> shown = RescueText.json(List.of(report));
        listing.print(output(), RescueText.of(shown), shown);
        return 0;
    }
}
