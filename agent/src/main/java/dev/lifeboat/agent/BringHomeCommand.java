package dev.lifeboat.agent;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.offline.HomeOptions;
import dev.lifeboat.offline.OfflineContext;
import dev.lifeboat.recovery.home.HomeOrder.Deed;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lifeboat agent bring-home}. Keys as with {@link RecoverCommand}. */
@Command(
        name = "bring-home",
        description =
                "Have the agent of a group's home bring its machines home, when they have stopped at the other site:"
                        + " to the group's newest point, as `agent follow` does, and then they are started here and taken back"
                        + " to their own disks while they run. From here on there is no way back but another failover. The same"
                        + " command again goes on with what was broken off.")
final class BringHomeCommand implements Callable<Integer> {

    private final OfflineContext vaults;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private HomeOptions options = new HomeOptions();

    @Option(
            names = "--yes",
            description = "The machines have stopped at the other site, and their last point is there.")
    private boolean yes;

    @Mixin
    private HomeTask task = new HomeTask();

    BringHomeCommand(OfflineContext vaults) {
        this.vaults = vaults;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!yes) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_HOME_UNCONFIRMED,
                    "The machines would be started here, whether or not they have stopped at the other site.");
        }
        return task.run(spec, vaults, options.open(vaults, Deed.BRING_HOME));
    }
}
