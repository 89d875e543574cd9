package dev.lifeboat.agent;

import dev.lifeboat.agent.configuration.AgentConfiguration;
import dev.lifeboat.agent.endpoint.AgentClient;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says where the agent answers. Mixed into commands. */
final class SocketOption {

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description = "The agent's socket, as in its configuration (default: /run/lifeboat/agent.sock).")
    private @Nullable Path socket;

    /** Who asks there. */
    AgentClient client() {
        Path named = socket;
        return new AgentClient(named == null ? AgentConfiguration.DEFAULT_SOCKET : named);
    }
}
