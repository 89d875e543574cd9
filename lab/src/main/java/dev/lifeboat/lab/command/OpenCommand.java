package dev.lifeboat.lab.command;

import dev.lifeboat.lab.Customers;
import dev.lifeboat.lab.Lab;
import dev.lifeboat.lab.PortForward;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lifeboat lab open}. */
@Command(
        name = "open",
        description = "Show the shop on a port of this computer, for a browser, until Ctrl-C. It is found by its name,"
                + " as customers find it.")
final class OpenCommand implements Callable<Integer> {

    private static final int LAST_PORT = 65535;

    private final LabContext context;

    @Mixin
    private LabOptions options = new LabOptions();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "The port, on loopback only (default: ${DEFAULT-VALUE}); 0 for any that is free.")
    private int port;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    OpenCommand(LabContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        context.requireRoot("lab open");
        if (port < 0 || port > LAST_PORT) {
            throw new ParameterException(spec.commandLine(), "%d is not a port: 0 to %d".formatted(port, LAST_PORT));
        }
        Lab lab = context.lab(options.name(), line -> {});
        try (PortForward forward = PortForward.open(port, lab.world(), Customers.address())) {
            spec.commandLine().getOut().printf("The shop is at http://localhost:%d/ until Ctrl-C.%n", forward.port());
            spec.commandLine().getOut().flush();
            forward.serve();
        }
        return 0;
    }
}
