package dev.lifeboat.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lifeboat version}. */
@Command(name = "version", description = "Shows the versions of Lifeboat and of what it works with.")
public final class VersionCommand implements Callable<Integer> {

    @Mixin
    private final Listing listing = new Listing();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Versions versions = Versions.ofThisHost();
        listing.print(spec.commandLine().getOut(), versions.text(), versions);
        return 0;
    }
}
