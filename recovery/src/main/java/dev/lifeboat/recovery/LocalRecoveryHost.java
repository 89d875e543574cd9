package dev.lifeboat.recovery;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.hypervisor.libvirt.LibvirtHypervisor;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.network.linux.HostPrograms;
import dev.lifeboat.network.linux.LinuxNetworks;
import dev.lifeboat.recovery.VaultDisks.OpenVault;
import dev.lifeboat.recovery.export.Account;
import dev.lifeboat.recovery.export.ExportStarter;
import dev.lifeboat.recovery.export.KeptTraces;
import dev.lifeboat.recovery.relay.RelayStarter;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.store.BlobStores;
import dev.lifeboat.vault.store.RetryPolicy;
import dev.lifeboat.vault.store.RetryingStore;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** This host: its libvirt, its kernel's networks, and a folder for what recoveries write. */
public final class LocalRecoveryHost implements KeyedRecoveries {

    /** Where recoveries have their files when nothing else is said. */
    public static final Path FOLDER = Path.of("/var/lib/lifeboat/recovery");

    /** Sealed blocks that each export keeps: a guest reads the same ones again at its next start. */
    private static final ByteCount CACHE = new ByteCount(4L << 30);

    private final RecoveryHypervisor hypervisor;
    private final Path folder;
    private final ExportStarter exports;
    private final Timekeeper time;
    private final RandomGenerator random;
    private @Nullable Recoveries withoutKeys;

    private LocalRecoveryHost(
            RecoveryHypervisor hypervisor,
            Path folder,
            ExportStarter exports,
            Timekeeper time,
            RandomGenerator random) {
        this.hypervisor = hypervisor;
        this.folder = folder;
        this.exports = exports;
        this.time = time;
        this.random = random;
    }

    /**
     * Begins to connect to the hypervisor.
     *
     * @param address of it
     * @param folder where recoveries have their files; what machines write goes there
     * @throws HypervisorException when libvirt's library is not installed
     */
    public static LocalRecoveryHost open(
            String address, Path folder, ExportStarter exports, Timekeeper time, RandomGenerator random)
            throws HypervisorException {
        return new LocalRecoveryHost(
                LibvirtHypervisor.open(address, folder.resolve("captures"), UnaryOperator.identity(), time),
                folder,
                exports,
                time,
                random);
    }

    @Override
    public synchronized Recoveries withoutKeys() throws HypervisorException, InterruptedException {
        Recoveries known = withoutKeys;
        if (known != null) {
            return known;
        }
        Recoveries made = with(Optional.empty(), id -> {
            throw new LifeboatException(
                    ErrorCode.VAULT_KEY_REQUIRED, "Point %s is asked about without a vault.".formatted(id));
        });
        withoutKeys = made;
        return made;
    }

    @Override
    public Recoveries with(PointAccess access) throws HypervisorException, InterruptedException {
        SessionKeys sessions = SessionKeys.of(access.keys());
        Vault vault = Vault.open(
                new RetryingStore(BlobStores.open(access.vault(), time, random), RetryPolicy.STANDARD, time, random),
                access.keys().anchor(),
                sessions);
        return with(new OpenVault(access.vault(), vault, sessions));
    }

    /** For who has opened a vault. */
    public Recoveries with(OpenVault vault) throws HypervisorException, InterruptedException {
        return with(Optional.of(vault), vault.vault()::point);
    }

    private Recoveries with(Optional<OpenVault> vault, Function<PointId, Point> points)
            throws HypervisorException, InterruptedException {
        Optional<Account> account = HostAccounts.named(hypervisor.account());
        VaultDisks disks = new VaultDisks(exports, new RelayStarter(account, time), account, vault, CACHE)
                .withTraces(new KeptTraces(folder.resolve("traces")));
        return new HostRecoveries(new HostRecoveries.Parts(
                hypervisor,
                new LinuxNetworks(LinuxNetworks.FOLDER, HostPrograms.HERE, time),
                disks,
                points,
                folder.resolve("running"),
                account,
                time,
                random));
    }

    /** What a failure of the hypervisor is for a person. */
    public static LifeboatException failure(HypervisorException failure) {
        return new LifeboatException(
                failure.kind() == HypervisorException.Kind.UNREACHABLE
                        ? ErrorCode.AGENT_HYPERVISOR_UNREACHABLE
                        : ErrorCode.RECOVERY_HYPERVISOR_FAILED,
                "The hypervisor of this host: %s".formatted(failure.getMessage()),
                failure);
    }

    @Override
    public void close() {
        hypervisor.close();
    }
}
