package dev.lifeboat.agent;

import dev.lifeboat.agent.endpoint.AgentClient;
import dev.lifeboat.agent.endpoint.RecoveryStatus.Task;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.key.Name;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lifeboat agent end}. */
@Command(
        name = "end",
        description = "Have the agent of this host end a recovery: its machines are powered off and removed, its"
                + " networks too, and what the machines wrote since they were started is deleted. One that is being"
                + " started is broken off. The vault is not touched.")
final class EndCommand implements Callable<Integer> {

    private final Timekeeper time;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "NAME", description = "The recovery, as `lifeboat agent status` names it.")
    private String name = "";

    @Option(names = "--yes", description = "What the machines wrote since they were started may be deleted.")
    private boolean yes;

    @Mixin
    private SocketOption socket = new SocketOption();

    EndCommand(Timekeeper time) {
        this.time = time;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!Name.isName(name)) {
            throw new LifeboatException(ErrorCode.CLI_WRONG_USAGE, "\"%s\" is no name of a recovery.".formatted(name));
        }
        if (!yes) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_END_UNCONFIRMED,
                    "What the machines of %s wrote since they were started would be deleted.".formatted(name));
        }
        try (AgentClient agent = socket.client()) {
            Task given = agent.end(name);
            Task _ = new FollowedTask(agent, given, time, spec.commandLine().getErr()).toItsEnd();
        }
        spec.commandLine().getOut().printf("Recovery %s has ended; nothing of it was seen any more.%n", name);
        return 0;
    }
}
