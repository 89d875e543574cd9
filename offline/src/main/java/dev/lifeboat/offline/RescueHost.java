package dev.lifeboat.offline;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.hypervisor.libvirt.LibvirtHypervisor;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.network.linux.HostPrograms;
import dev.lifeboat.network.linux.LinuxNetworks;
import dev.lifeboat.recovery.HostAccounts;
import dev.lifeboat.recovery.HostRecoveries;
import dev.lifeboat.recovery.Recoveries;
import dev.lifeboat.recovery.VaultDisks;
import dev.lifeboat.recovery.export.Account;
import dev.lifeboat.recovery.export.ExportStarter;
import dev.lifeboat.recovery.relay.RelayStarter;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.point.PointId;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;

/** The options that say on which hypervisor and in which folder machines are brought back. Mixed into commands. */
final class RescueHost {

    /** Sealed blocks that each export keeps: a guest reads the same ones again at its next start. */
    private static final ByteCount CACHE = new ByteCount(4L << 30);

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
    private Path folder = Path.of("/var/lib/lifeboat/recovery");

    /** Work on the recoveries of this host. */
    @FunctionalInterface
    interface Work<T> {
        T on(Recoveries recoveries) throws HypervisorException, InterruptedException;
    }

    /** As {@link #with}, for who only looks at what is there, or ends it. */
    <T> T withoutVault(OfflineContext context, Work<T> work) throws InterruptedException {
        return with(
                context,
                Optional.empty(),
                id -> {
                    throw new LifeboatException(
                            ErrorCode.VAULT_KEY_REQUIRED, "Point %s is asked about without a vault.".formatted(id));
                },
                work);
    }

    /**
     * Does it and ends the connection; recovered machines go on.
     *
     * @param vault empty for who has no key
     * @param points finds points in it
     */
    <T> T with(
            OfflineContext context, Optional<VaultDisks.OpenVault> vault, Function<PointId, Point> points, Work<T> work)
            throws InterruptedException {
        try (RecoveryHypervisor hypervisor =
                LibvirtHypervisor.open(address, folder.resolve("captures"), UnaryOperator.identity(), context.time())) {
            Optional<Account> account = HostAccounts.named(hypervisor.account());
            VaultDisks disks = new VaultDisks(
                    new ExportStarter(context.mainClass(), context.classPath(), context.time()),
                    new RelayStarter(account, context.time()),
                    account,
                    vault,
                    CACHE);
            return work.on(new HostRecoveries(new HostRecoveries.Parts(
                    hypervisor,
                    new LinuxNetworks(LinuxNetworks.FOLDER, HostPrograms.HERE, context.time()),
                    disks,
                    points,
                    folder.resolve("running"),
                    account,
                    context.time(),
                    context.random())));
        } catch (HypervisorException e) {
            throw new LifeboatException(
                    e.kind() == HypervisorException.Kind.UNREACHABLE
                            ? ErrorCode.AGENT_HYPERVISOR_UNREACHABLE
                            : ErrorCode.RECOVERY_HYPERVISOR_FAILED,
                    "The hypervisor %s: %s".formatted(address, e.getMessage()),
                    e);
        }
    }
}
