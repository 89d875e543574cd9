package dev.lifeboat.offline;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.libvirt.LibvirtHypervisor;
import dev.lifeboat.recovery.LocalRecoveryHost;
import dev.lifeboat.recovery.Recoveries;
import dev.lifeboat.recovery.VaultDisks.OpenVault;
import dev.lifeboat.recovery.export.ExportStarter;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that say on which hypervisor and in which folder machines are brought back. Mixed into commands. */
final class RescueHost {

    @Option(
            names = "--hypervisor",
            paramLabel = "URI",
            defaultValue = LibvirtHypervisor.LOCAL,
            description = "The hypervisor of this host (default: ${DEFAULT-VALUE}).")
    private String address = LibvirtHypervisor.LOCAL;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            defaultValue = "/var/lib/lifeboat/recovery",
            description = "Where recoveries have their files; what machines write goes there (default:"
                    + " ${DEFAULT-VALUE}).")
    private Path folder = LocalRecoveryHost.FOLDER;

    /** Work on the recoveries of this host. */
    @FunctionalInterface
    interface Work<T> {
        T on(Recoveries recoveries) throws HypervisorException, InterruptedException;
    }

    /** How the recoveries are come by. */
    @FunctionalInterface
    private interface Way {
        Recoveries to(LocalRecoveryHost host) throws HypervisorException, InterruptedException;
    }

    /** As {@link #with}, for who only looks at what is there, or ends it. */
    <T> T withoutVault(OfflineContext context, Work<T> work) throws InterruptedException {
        return with(context, LocalRecoveryHost::withoutKeys, work);
    }

    /** Does it and ends the connection; recovered machines go on. */
    <T> T with(OfflineContext context, OpenVault vault, Work<T> work) throws InterruptedException {
        return with(context, host -> host.with(vault), work);
    }

    private <T> T with(OfflineContext context, Way way, Work<T> work) throws InterruptedException {
        ExportStarter exports = new ExportStarter(context.mainClass(), context.classPath(), context.time());
        try (LocalRecoveryHost host =
                LocalRecoveryHost.open(address, folder, exports, context.time(), context.random())) {
            return work.on(way.to(host));
        } catch (HypervisorException e) {
            throw LocalRecoveryHost.failure(e);
        }
    }
}
