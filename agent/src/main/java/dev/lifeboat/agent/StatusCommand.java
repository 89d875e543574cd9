package dev.lifeboat.agent;

import dev.lifeboat.agent.endpoint.AgentClient;
import dev.lifeboat.agent.endpoint.AgentStatus;
import dev.lifeboat.cli.Listing;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lifeboat agent status}. */
@Command(
        name = "status",
        description = "Show how the agent of this host stands: its groups with their newest points, its machines, those"
                + " that were brought back here, and what is not as wanted.")
final class StatusCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SocketOption socket = new SocketOption();

    @Mixin
    private Listing listing = new Listing();

    @Override
    public Integer call() throws Exception {
        try (AgentClient agent = socket.client()) {
            AgentStatus status = agent.status();
            listing.print(spec.commandLine().getOut(), StatusText.of(status), status);
        }
        return 0;
    }
}
