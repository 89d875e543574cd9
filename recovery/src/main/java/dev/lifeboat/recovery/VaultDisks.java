package dev.lifeboat.recovery;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.export.Account;
import dev.lifeboat.recovery.export.BootTrace;
import dev.lifeboat.recovery.export.ExportOrder;
import dev.lifeboat.recovery.export.ExportStarter;
import dev.lifeboat.recovery.export.RunningExport;
import dev.lifeboat.recovery.overlay.Overlay;
import dev.lifeboat.recovery.relay.RelayStarter;
import dev.lifeboat.recovery.relay.RunningRelay;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.point.PointId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Disks out of the vault: an export with the point's keys, and a relay without any in front of it. */
public final class VaultDisks implements DiskService {

    private final ExportStarter exports;
    private final RelayStarter relays;
    private final Optional<Account> account;
    private final Optional<OpenVault> vault;
    private final ByteCount cacheSize;
    private final Function<String, BootTrace> traces;

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
        this(exports, relays, account, vault, cacheSize, _ -> BootTrace.NONE);
    }

    private VaultDisks(
            ExportStarter exports,
            RelayStarter relays,
            Optional<Account> account,
            Optional<OpenVault> vault,
            ByteCount cacheSize,
            Function<String, BootTrace> traces) {
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
     * @param known the trace of a machine, by its name; {@link BootTrace#NONE} where there is none
     */
    public VaultDisks withTraces(Function<String, BootTrace> known) {
        return new VaultDisks(exports, relays, account, vault, cacheSize, known);
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
    public Served serve(RecoveryFolder folder, PointId point, String machine) throws InterruptedException {
        if (exports.find(folder.export(machine), machine).isEmpty()) {
            export(folder, point, machine);
        }
        RunningRelay relay = relays.start(machine, folder.export(machine).socket(), folder.relay(machine));
        return relay::uri;
    }

    private void export(RecoveryFolder folder, PointId point, String machine) throws InterruptedException {
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
                traces.apply(machine))) {
            RunningExport _ = exports.start(order, folder.export(machine));
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
    public void isUp(RecoveryFolder folder, String machine) {
        try {
            exports.find(folder.export(machine), machine).ifPresent(RunningExport::bootIsOver);
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
