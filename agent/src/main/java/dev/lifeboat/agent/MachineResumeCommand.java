package dev.lifeboat.agent;

import dev.lifeboat.agent.endpoint.AgentClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lifeboat machine resume}. */
@Command(
        name = "resume",
        description = "Protect a machine again that was released. Everything is compared with the last point, which"
                + " stays usable; the machine itself runs on either way.")
final class MachineResumeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SocketOption socket = new SocketOption();

    @Parameters(index = "0", paramLabel = "NAME", description = "The machine.")
    private String machine = "";

    @Override
    public Integer call() throws Exception {
        try (AgentClient agent = socket.client()) {
            agent.resume(MachineName.required(machine));
        }
        spec.commandLine().getOut().println("Machine %s is protected again.".formatted(machine));
        return 0;
    }
}
