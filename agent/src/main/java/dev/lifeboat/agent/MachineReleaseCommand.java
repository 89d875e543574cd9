package dev.lifeboat.agent;

import dev.lifeboat.agent.endpoint.AgentClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lifeboat machine release}. */
@Command(
        name = "release",
        description = "Drop Lifeboat's checkpoints and tracking from a machine, so that its owner's own tools work on"
                + " it: revert to a snapshot, resize a disk, undefine it. Its group makes no points until `machine"
                + " resume`, and then compares everything.")
final class MachineReleaseCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SocketOption socket = new SocketOption();

    @Parameters(index = "0", paramLabel = "NAME", description = "The machine.")
    private String machine = "";

    @Override
    public Integer call() throws Exception {
        try (AgentClient agent = socket.client()) {
            agent.release(MachineName.required(machine));
        }
        spec.commandLine()
                .getOut()
                .println("Machine %s is free of checkpoints. `lifeboat machine resume %s` protects it again."
                        .formatted(machine, machine));
        return 0;
    }
}
