package dev.lifeboat.lab.command;

import dev.lifeboat.lab.Lab;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What all commands that change a lab have in common: they need root, say what they do, and end with one sentence. */
abstract class LabOperation implements Callable<Integer> {

    private final LabContext context;

    @Mixin
    private LabOptions options = new LabOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    LabOperation(LabContext context) {
        this.context = context;
    }

    /**
     * Changes the lab.
     *
     * @return the sentence that says what stands now
     */
    abstract String change(Lab lab) throws InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
        context.requireRoot("lab " + spec.name());
        Lab lab = context.lab(options.name(), line -> {
            spec.commandLine().getErr().println(line);
            spec.commandLine().getErr().flush();
        });
        spec.commandLine().getOut().println(change(lab));
        return 0;
    }

    final LabContext context() {
        return context;
    }
}
