package dev.lifeboat.bench.boot;

import dev.lifeboat.bench.BootFigures;
import dev.lifeboat.bench.BootWay;
import dev.lifeboat.bench.own.RecoverableVault;
import dev.lifeboat.bench.tool.ServiceMeter;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.network.linux.HostPrograms;
import dev.lifeboat.network.linux.LinuxNetworks;
import dev.lifeboat.recovery.HostAccounts;
import dev.lifeboat.recovery.HostRecoveries;
import dev.lifeboat.recovery.Purpose;
import dev.lifeboat.recovery.Recoveries;
import dev.lifeboat.recovery.RecoveryOrder;
import dev.lifeboat.recovery.VaultDisks;
import dev.lifeboat.recovery.VaultDisks.OpenVault;
import dev.lifeboat.recovery.export.Account;
import dev.lifeboat.recovery.export.ExportStarter;
import dev.lifeboat.recovery.export.ExportStatus;
import dev.lifeboat.recovery.export.KeptTraces;
import dev.lifeboat.recovery.export.RunningExport;
import dev.lifeboat.recovery.relay.RelayStarter;
import dev.lifeboat.vault.store.BlobStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * A machine out of a vault, recovered as {@code lifeboat rescue start} does it: export, relay, overlays, everything
 * tracked before its first instruction, and looked at until somebody accepts connections. It is plugged to the host's
 * own bridge, as the local one is; no network is made.
 */
final class VaultBoot implements BootWay {

    private static final String RECOVERY = "bench";

    /** As rescue has it. */
    private static final ByteCount CACHE = ByteCount.ofGibibytes(4);

    private static final Duration READY_LIMIT = Duration.ofMinutes(6);

    private final Kind kind;
    private final BootHost host;
    private final BootGuest guest;
    private final RecoverableVault vault;
    private final Optional<KeptTraces> traces;
    private final Surroundings around;

    /**
     * What all ways out of a vault share.
     *
     * @param mainClass of the product
     * @param networks a folder that nothing is put into
     */
    record Surroundings(String mainClass, Path networks, Timekeeper time, RandomGenerator random) {}

    /**
     * @param kind not local; who has traces is one that has
     * @param traces where they are found and kept
     */
    VaultBoot(
            Kind kind,
            BootHost host,
            BootGuest guest,
            RecoverableVault vault,
            Optional<KeptTraces> traces,
            Surroundings around) {
        this.kind = kind;
        this.host = host;
        this.guest = guest;
        this.vault = vault;
        this.traces = traces;
        this.around = around;
    }

    @Override
    public Kind kind() {
        return kind;
    }

    @Override
    public ByteCount disk() {
        return guest.disk();
    }

    /** A start for its trace alone, which is kept. */
    void record(KeptTraces kept) throws InterruptedException {
        long _ = boot((_, _, export) -> export.trace().blocks());
        KeptTraces.Known known = kept.of(vault.point().group(), BootGuest.NAME);
        if (known.trace().blocks() == 0) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_FOLDER_UNUSABLE,
                    "The trace of the first start was not kept. "
                            + known.damage().orElse(""));
        }
    }

    @Override
    public BootFigures boot() throws InterruptedException {
        return boot((ordered, answered, export) -> {
            ExportStatus status = export.status();
            ServiceMeter meter = ServiceMeter.read(ProcessHandle.of(status.processId()).stream());
            return new BootFigures(
                    LocalBoot.seconds(answered.minus(ordered)),
                    LocalBoot.seconds(host.lastRan().minus(ordered)),
                    status.bytesFetched(),
                    status.bytesRead(),
                    LocalBoot.seconds(meter.cpu()),
                    meter.peakMib());
        });
    }

    /** What is taken of a machine that is up. */
    @FunctionalInterface
    private interface Look<T> {
        T at(Duration ordered, Duration answered, RunningExport export);
    }

    private <T> T boot(Look<T> look) throws InterruptedException {
        try (FirstAnswer answer = new FirstAnswer(guest.address(), BootGuest.PATH, around.time())) {
            Duration ordered = around.time().elapsed();
            OpenVault open = vault.open(this::link);
            Optional<Account> account = HostAccounts.named(host.hypervisor().account());
            VaultDisks disks = disks(open, account);
            Recoveries recoveries = new HostRecoveries(new HostRecoveries.Parts(
                    host.hypervisor(),
                    new LinuxNetworks(around.networks(), HostPrograms.HERE, around.time()),
                    disks,
                    open.vault()::point,
                    BootHost.RECOVERIES,
                    account,
                    around.time(),
                    around.random()));
            try {
                var _ = recoveries.start(order(), line -> {});
                Duration answered = answer.await();
                RunningExport export = disks.export(BootHost.RECOVERIES, RECOVERY, BootGuest.NAME)
                        .orElseThrow(() -> new LifeboatException(
                                ErrorCode.RECOVERY_EXPORT_SILENT, "The export of the bench's machine is gone."));
                return look.at(ordered, answered, export);
            } finally {
                end(recoveries);
            }
        } catch (HypervisorException e) {
            throw BootHost.failed(e);
        }
    }

    private VaultDisks disks(OpenVault open, Optional<Account> account) {
        VaultDisks disks = new VaultDisks(
                new ExportStarter(
                        isDistant() ? DistantExport.class.getName() : around.mainClass(),
                        System.getProperty("java.class.path"),
                        around.time()),
                new RelayStarter(account, around.time()),
                account,
                Optional.of(open),
                CACHE);
        return traces.map(disks::withTraces).orElse(disks);
    }

    private boolean isDistant() {
        return kind == Kind.DISTANT || kind == Kind.DISTANT_TRACED;
    }

    private BlobStore link(BlobStore store) {
        UnaryOperator<BlobStore> link =
                isDistant() ? far -> SlowLink.before(far, around.time()) : UnaryOperator.identity();
        return link.apply(store);
    }

    private RecoveryOrder order() {
        return new RecoveryOrder(
                RECOVERY,
                Purpose.UNPLANNED,
                vault.point(),
                List.of(new RecoveryOrder.Wanted(BootGuest.NAME, RecoveryOrder.Sign.PORT, BootGuest.PORT)),
                List.of(),
                Map.of(BootHost.BRIDGE, BootHost.BRIDGE),
                List.of(),
                READY_LIMIT);
    }

    private static void end(Recoveries recoveries) throws HypervisorException, InterruptedException {
        List<String> left = recoveries.end(RECOVERY);
        if (!left.isEmpty()) {
            throw new LifeboatException(ErrorCode.RECOVERY_PROCESS_LEFT, String.join(" ", left));
        }
    }
}
