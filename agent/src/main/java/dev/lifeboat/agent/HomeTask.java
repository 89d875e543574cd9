package dev.lifeboat.agent;

import dev.lifeboat.agent.endpoint.AgentClient;
import dev.lifeboat.agent.endpoint.RecoveryStatus.Task;
import dev.lifeboat.cli.Listing;
import dev.lifeboat.offline.HomeOptions;
import dev.lifeboat.offline.HomeText;
import dev.lifeboat.offline.OfflineContext;
import dev.lifeboat.recovery.PointAccess;
import dev.lifeboat.recovery.task.HomeRequest;
import java.util.Objects;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/** Gives an agent a group to bring home, and shows what it does until that is done. Mixed into commands. */
final class HomeTask {

    @Mixin
    private SocketOption socket = new SocketOption();

    @Mixin
    private Listing listing = new Listing();

    int run(CommandSpec spec, OfflineContext vaults, HomeOptions.Chosen chosen) throws InterruptedException {
        try (AgentClient agent = socket.client()) {
            Task given;
            try (PointAccess access = chosen.access()) {
                given = agent.bringHome(new HomeRequest(chosen.order(), access));
            }
            spec.commandLine()
                    .getErr()
                    .printf("%s is with the agent.%n", chosen.point().id());
            Task done = new FollowedTask(
                            agent, given, vaults.time(), spec.commandLine().getErr())
                    .toItsEnd();
            HomeText.Home home = Objects.requireNonNull(done.home());
            listing.print(spec.commandLine().getOut(), HomeText.of(home), home);
        }
        return 0;
    }
}
