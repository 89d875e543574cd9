package dev.lifeboat.agent;

import dev.lifeboat.agent.endpoint.AgentClient;
import dev.lifeboat.agent.endpoint.RecoveryStatus.Task;
import dev.lifeboat.cli.Listing;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.offline.OfflineContext;
import dev.lifeboat.offline.RecoveryOptions;
import dev.lifeboat.offline.RescueText;
import dev.lifeboat.recovery.PointAccess;
import dev.lifeboat.recovery.task.RecoveryRequest;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code lifeboat agent recover}. The private key is opened here and forgotten when this process ends; the agent gets
 * the keys of the point (ADR 0020).
 */
@Command(
        name = "recover",
        description = "Have the agent of this host start the machines of a group, straight from the vault, and show"
                + " what it does until they are ready. The agent goes on when this command is broken off. The same"
                + " command again follows what is under way, goes on with what was begun, or starts again what has"
                + " stopped.")
final class RecoverCommand implements Callable<Integer> {

    private final OfflineContext vaults;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private RecoveryOptions options = new RecoveryOptions();

    @Mixin
    private SocketOption socket = new SocketOption();

    @Mixin
    private Listing listing = new Listing();

    RecoverCommand(OfflineContext vaults) {
        this.vaults = vaults;
    }

    @Override
    public Integer call() throws InterruptedException {
        Timekeeper time = vaults.time();
        RecoveryOptions.Chosen chosen = options.open(vaults);
        try (AgentClient agent = socket.client()) {
            Task given;
            try (PointAccess access = chosen.access()) {
                given = agent.recover(new RecoveryRequest(chosen.order(), access));
            }
            spec.commandLine()
                    .getErr()
                    .printf(
                            "Recovery %s of %s is with the agent.%n",
                            chosen.order().name(), chosen.point().id());
            Task done = new FollowedTask(agent, given, time, spec.commandLine().getErr()).toItsEnd();
            RescueText.Recovery recovered = done.recovered();
            List<RescueText.Recovery> shown = recovered == null ? List.of() : List.of(recovered);
            listing.print(spec.commandLine().getOut(), RescueText.of(shown), shown);
        }
        return 0;
    }
}
