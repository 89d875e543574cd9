package dev.lifeboat.recovery;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.RecoveryOrder.Sign;
import dev.lifeboat.recovery.RecoveryOrder.Wanted;
import dev.lifeboat.recovery.export.Account;
import dev.lifeboat.recovery.export.BootTrace;
import dev.lifeboat.recovery.export.ExportOrder;
import dev.lifeboat.recovery.export.ExportStarter;
import dev.lifeboat.recovery.export.KeptTraces;
import dev.lifeboat.recovery.export.RunningExport;
import dev.lifeboat.recovery.overlay.Overlay;
import dev.lifeboat.recovery.relay.RelayStarter;
import dev.lifeboat.recovery.relay.RunningRelay;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.point.PointId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Disks out of the vault: an export with the point's keys, and a relay without any in front of it. */
public final class VaultDisks implements DiskService {

    private final ExportStarter exports;
    private final RelayStarter relays;
    private final Optional<Account> account;
    private final Optional<OpenVault> vault;
    private final ByteCount cacheSize;
    private final Optional<KeptTraces> traces;

    /**
     * A vault that was opened with the private key.
     *
     * @param url at which exports find it
     * @param vault opened
     * @param sessions with what
     */
    public record OpenVault(String url, Vault vault, SessionKeys sessions) {}

    /**
     * A service.
     *
     * @param account that the hypervisor's processes run under
     * @param vault empty for who has no key, and can look after what runs
     * @param cacheSize of sealed blocks that an export keeps on the local disk
     */
    public VaultDisks(
            ExportStarter exports,
            RelayStarter relays,
            Optional<Account> account,
            Optional<OpenVault> vault,
            ByteCount cacheSize) {
        this(exports, relays, account, vault, cacheSize, Optional.empty());
    }

    private VaultDisks(
            ExportStarter exports,
            RelayStarter relays,
            Optional<Account> account,
            Optional<OpenVault> vault,
            ByteCount cacheSize,
            Optional<KeptTraces> traces) {
        this.exports = exports;
        this.relays = relays;
        this.account = account;
        this.vault = vault;
        this.cacheSize = cacheSize;
        this.traces = traces;
    }

    /**
     * The same service, whose exports fetch first what machines read at an earlier start.
     *
     * @param kept where that is found, and what they read at this one is kept
     */
    public VaultDisks withTraces(KeptTraces kept) {
        return new VaultDisks(exports, relays, account, vault, cacheSize, Optional.of(kept));
    }

    /**
     * The export of a recovered machine, to be asked how it stands.
     *
     * @param recoveries the folder of all recoveries of the host
     */
    public Optional<RunningExport> export(Path recoveries, String recovery, String machine) {
        return exports.find(RecoveryFolder.of(recoveries, recovery).export(machine), machine);
    }

    @Override
    public Served serve(RecoveryFolder folder, PointId point, String machine, boolean ran, Consumer<String> progress)
            throws InterruptedException {
        if (exports.find(folder.export(machine), machine).isEmpty()) {
            RunningExport export = export(folder, point, machine, progress);
            if (ran) {
                // It came up with another export, and what it reads of this one is something else.
                noteNoMore(export);
            }
        }
        RunningRelay relay = relays.start(machine, folder.export(machine).socket(), folder.relay(machine));
        return relay::uri;
    }

    private BootTrace trace(PointId point, String machine, Consumer<String> progress) {
        if (traces.isEmpty()) {
            return BootTrace.NONE;
        }
        KeptTraces.Known known = traces.get().of(point.group(), machine);
        known.damage()
                .ifPresent(why -> progress.accept("What %s read at its last start on this host is not fetched first: %s"
                        .formatted(machine, why)));
        if (known.trace().blocks() > 0) {
            progress.accept("%s of %s are fetched first: it read them at its last start on this host"
                    .formatted(size(known.trace()), machine));
        }
        return known.trace();
    }

    private static ByteCount size(BootTrace trace) {
        return new ByteCount(trace.blocks() * Block.SIZE);
    }

    private RunningExport export(RecoveryFolder folder, PointId point, String machine, Consumer<String> progress)
            throws InterruptedException {
        OpenVault open = opened(machine);
        try (ExportOrder order = ExportOrder.of(
                open.url(),
                open.vault(),
                open.sessions(),
                point,
                machine,
                account,
                folder.cache(machine),
                cacheSize,
                trace(point, machine, progress))) {
            return exports.start(order, folder.export(machine));
        }
    }

    private OpenVault opened(String machine) {
        return vault.orElseThrow(() -> new LifeboatException(
                ErrorCode.RECOVERY_KEY_NEEDED,
                "The disks of machine %s are not served, and the vault's key is not at hand.".formatted(machine)));
    }

    @Override
    public boolean serves(RecoveryFolder folder, String machine) {
        return exports.find(folder.export(machine), machine).isPresent()
                && relay(folder, machine).isPresent();
    }

    private Optional<RunningRelay> relay(RecoveryFolder folder, String machine) {
        return relays.find(machine, folder.export(machine).socket(), folder.relay(machine));
    }

    @Override
    public boolean answers(RecoveryFolder folder, String machine) {
        try {
            return exports.find(folder.export(machine), machine)
                    .filter(RunningExport::storeAnswers)
                    .isPresent();
        } catch (LifeboatException e) {
            return false;
        }
    }

    @Override
    public void makeOverlay(Overlay overlay, Optional<Account> owner) throws InterruptedException {
        boolean _ = overlay.make(owner);
    }

    @Override
    public void isUp(RecoveryFolder folder, PointId point, Wanted wanted, Consumer<String> progress) {
        Optional<RunningExport> found = exports.find(folder.export(wanted.machine()), wanted.machine());
        if (found.isEmpty()) {
            return;
        }
        try {
            boolean known = found.get().status().bootOver();
            noteNoMore(found.get());
            // Who died behind this line has lost the trace, and another one would have the machine's work in it.
            if (!known && traces.isPresent() && wanted.sign() != Sign.RUNNING) {
                keep(traces.get(), found.get().trace(), point, wanted.machine(), progress);
            }
        } catch (LifeboatException e) {
            progress.accept(
                    "What %s read is not kept for its next start: %s".formatted(wanted.machine(), e.getMessage()));
        }
    }

    private static void keep(
            KeptTraces traces, BootTrace trace, PointId point, String machine, Consumer<String> progress) {
        if (trace.blocks() > 0) {
            traces.keep(point.group(), machine, trace);
            progress.accept("Which %s %s read is kept for its next start on this host".formatted(size(trace), machine));
        }
    }

    private static void noteNoMore(RunningExport export) {
        try {
            export.bootIsOver();
        } catch (LifeboatException e) {
            // What is noted of its start is longer than it need be; the machine is up all the same.
        }
    }

    @Override
    public List<String> end(RecoveryFolder folder, String machine) throws InterruptedException {
        List<String> left = new ArrayList<>();
        Optional<RunningRelay> relay = relay(folder, machine);
        Optional<RunningExport> export = exports.find(folder.export(machine), machine);
        try {
            if (relay.isPresent()) {
                relay.get().end();
            }
        } catch (LifeboatException e) {
            left.add(String.valueOf(e.getMessage()));
        }
        try {
            if (export.isPresent()) {
                export.get().end();
            }
        } catch (LifeboatException e) {
            left.add(String.valueOf(e.getMessage()));
        }
        return left;
    }
}
