package dev.lifeboat.agent;

import dev.lifeboat.agent.guard.GuardCommand;
import dev.lifeboat.offline.OfflineContext;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code lifeboat agent}: the process on a hypervisor host that protects its machines, or recovers others' there. */
@Command(
        name = "agent",
        description = "Protect the machines of this host, or recover machines on it: run the agent, ask it how it"
                + " stands, have it start machines and end them, or bring them home.",
        synopsisSubcommandLabel = "COMMAND")
public final class AgentCommand {

    private AgentCommand() {}

    /**
     * The group with all its commands, ready to be added to the root command.
     *
     * @param vaults what commands have that open a vault
     */
    public static CommandLine create(AgentContext context, OfflineContext vaults) {
        return new CommandLine(new AgentCommand())
                .addSubcommand(new RunCommand(context))
                .addSubcommand(new StatusCommand())
                .addSubcommand(new CheckConfigCommand(context))
                .addSubcommand(new RecoverCommand(vaults))
                .addSubcommand(new EndCommand(context.time()))
                .addSubcommand(new FollowCommand(vaults))
                .addSubcommand(new BringHomeCommand(vaults));
    }

    /** The hidden command with which the agent starts the guard, for the root command too. */
    public static GuardCommand guard(AgentContext context) {
        return new GuardCommand(context.parts()::hypervisor, context.time());
    }
}
