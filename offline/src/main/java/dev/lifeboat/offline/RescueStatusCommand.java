package dev.lifeboat.offline;

import dev.lifeboat.cli.Listing;
import dev.lifeboat.model.Outcome;
import dev.lifeboat.recovery.RecoveryReport;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lifeboat rescue status}. */
@Command(name = "status", description = "Show the machines that were brought back on this host, as they are now.")
final class RescueStatusCommand extends VaultOperation {

    private final OfflineContext context;

    @Mixin
    private RescueHost host = new RescueHost();

    @Mixin
    private Listing listing = new Listing();

    RescueStatusCommand(OfflineContext context) {
        this.context = context;
    }

    @Override
    int run() throws InterruptedException {
        List<RecoveryReport> reports = host.withoutVault(context, recoveries -> recoveries.observe());
        List<RescueText.Recovery> shown = RescueText.json(reports);
        listing.print(output(), RescueText.of(shown), shown);
        return reports.stream().allMatch(RecoveryReport::isReady)
                ? Outcome.DONE.exitCode()
                : Outcome.NEEDS_A_PERSON.exitCode();
    }
}
