package dev.lifeboat.offline;

import dev.lifeboat.vault.store.StoreException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What all commands on a vault have in common: a store's failure is told with its code. */
@Command
abstract class VaultOperation implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /**
     * Does it.
     *
     * @return the exit code
     */
    abstract int run() throws Exception;

    @Override
    public final Integer call() throws Exception {
        try {
            return run();
        } catch (StoreException e) {
            throw e.toLifeboat();
        }
    }

    /** Where results go. */
    final PrintWriter output() {
        return spec.commandLine().getOut();
    }

    /** Where progress goes. */
    final PrintWriter errors() {
        return spec.commandLine().getErr();
    }

    final CommandSpec spec() {
        return spec;
    }
}
