package dev.lifeboat.agent;

import dev.lifeboat.offline.HomeOptions;
import dev.lifeboat.offline.OfflineContext;
import dev.lifeboat.recovery.home.HomeOrder.Deed;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lifeboat agent follow}. Keys as with {@link RecoverCommand}. */
@Command(
        name = "follow",
        description =
                "Have the agent of a group's home bring overlays over the old disks of its machines, which are off,"
                        + " to a point of the site that serves; only what differs is moved. What is on the old disks and in no"
                        + " point is published first. The old disks stay as they are. The same command again follows to the"
                        + " next point, and goes on with what was broken off.")
final class FollowCommand implements Callable<Integer> {

    private final OfflineContext vaults;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private HomeOptions options = new HomeOptions();

    @Mixin
    private HomeTask task = new HomeTask();

    FollowCommand(OfflineContext vaults) {
        this.vaults = vaults;
    }

    @Override
    public Integer call() throws InterruptedException {
        return task.run(spec, vaults, options.open(vaults, Deed.FOLLOW));
    }
}
