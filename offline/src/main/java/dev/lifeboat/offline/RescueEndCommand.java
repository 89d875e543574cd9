package dev.lifeboat.offline;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lifeboat rescue end}. */
@Command(
        name = "end",
        description =
                "End a recovery on this host: its machines are powered off and removed, its networks too, and what"
                        + " the machines wrote since they were started is deleted. The vault is not touched.")
final class RescueEndCommand extends VaultOperation {

    private final OfflineContext context;

    @Parameters(index = "0", paramLabel = "NAME", description = "The recovery, as `lifeboat rescue status` names it.")
    private String name = "";

    @Option(names = "--yes", description = "What the machines wrote since they were started may be deleted.")
    private boolean yes;

    @Mixin
    private RescueHost host = new RescueHost();

    RescueEndCommand(OfflineContext context) {
        this.context = context;
    }

    @Override
    int run() throws InterruptedException {
        if (!yes) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_END_UNCONFIRMED,
                    "What the machines of %s wrote since they were started would be deleted.".formatted(name));
        }
        List<String> left = host.withoutVault(context, recoveries -> recoveries.end(name));
        if (!left.isEmpty()) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_INCOMPLETE,
                    "Of recovery %s there is left: %s".formatted(name, String.join(" ", left)));
        }
        output().printf("Recovery %s has ended; nothing of it was seen any more.%n", name);
        return 0;
    }
}
