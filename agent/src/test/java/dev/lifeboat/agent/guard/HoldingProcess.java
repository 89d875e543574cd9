package dev.lifeboat.agent.guard;

import dev.lifeboat.cli.CommandRunner;
import dev.lifeboat.cli.Interruption;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.replication.Guard.Armed;
import dev.lifeboat.replication.Guard.Hold;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The processes of the guard's tests. With {@code guard} it is the guard, of machines that are folders; with
 * {@code hold} it is an agent that holds all machines and then does nothing, until its input ends.
 */
public final class HoldingProcess {

    private HoldingProcess() {}

    @Command(name = "lifeboat")
    private static final class Root {}

    /** What the process is started with: {@code guard …}, or {@code hold STATE MACHINES HOLD MILLISECONDS}. */
    public static void main(String... arguments) throws Exception {
        if (arguments[0].equals("hold")) {
            hold(Path.of(arguments[1]), Path.of(arguments[2]), Hold.valueOf(arguments[3]), arguments[4]);
            System.exit(0);
        }
        PrintWriter errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        CommandLine root = new CommandLine(new Root())
                .addSubcommand(
                        new GuardCommand((uri, _) -> new FolderHypervisor(Path.of(uri)), new SystemTimekeeper()));
        System.exit(Interruption.endGracefully(() -> CommandRunner.run(root, errors, errors, arguments)));
    }

    static GuardStarter starter(Path state, Path machines) {
        return new GuardStarter(
                HoldingProcess.class.getName(), System.getProperty("java.class.path"), machines.toString(), state);
    }

    private static void hold(Path state, Path folder, Hold hold, String millis) throws Exception {
        Timekeeper time = new SystemTimekeeper();
        FolderHypervisor hypervisor = new FolderHypervisor(folder);
        Set<MachineId> machines =
                hypervisor.machines().stream().map(Machine::id).collect(Collectors.toSet());
        GuardLink link = GuardLink.begin(starter(state, folder), time);
        link.await();
        try (Armed armed = link.arm(machines, hold, Duration.ofMillis(Long.parseLong(millis)))) {
            for (MachineId machine : machines) {
                switch (hold) {
                    case CAPTURE -> hypervisor.beginCapture(machine, true);
                    case FREEZE -> hypervisor.freeze(machine, Duration.ofSeconds(1));
                    case SUSPENSION -> hypervisor.suspend(machine);
                }
            }
            System.out.println("holding");
            while (System.in.read() >= 0) {
                System.out.println(armed.fired() ? "fired" : "waiting");
            }
        }
        link.close();
    }
}
