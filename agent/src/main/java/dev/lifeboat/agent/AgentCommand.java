package dev.lifeboat.agent;

import dev.lifeboat.agent.guard.GuardCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code lifeboat agent}: the process on a hypervisor host that protects its machines. */
@Command(
        name = "agent",
        description = "Protect the machines of this host: run the agent, ask it how it stands.",
        synopsisSubcommandLabel = "COMMAND")
public final class AgentCommand {

    private AgentCommand() {}

    /** The group with all its commands, ready to be added to the root command. */
    public static CommandLine create(AgentContext context) {
        return new CommandLine(new AgentCommand())
                .addSubcommand(new RunCommand(context))
                .addSubcommand(new StatusCommand())
                .addSubcommand(new CheckConfigCommand(context));
    }

    /** The hidden command with which the agent starts the guard, for the root command too. */
    public static GuardCommand guard(AgentContext context) {
        return new GuardCommand(context.parts()::hypervisor, context.time());
    }
}
