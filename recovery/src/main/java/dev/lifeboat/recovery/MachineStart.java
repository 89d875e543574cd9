package dev.lifeboat.recovery;

import dev.lifeboat.hypervisor.AdaptedMachine;
import dev.lifeboat.hypervisor.CaptureOrder;
import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.CheckpointState;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.network.RealmState;
import dev.lifeboat.recovery.RecoveryJournal.Entry;
import dev.lifeboat.recovery.export.Account;
import dev.lifeboat.recovery.overlay.Overlay;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.PointId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Starts one machine: its disks are served, an overlay takes what it writes, it is placed, and before its first
 * instruction everything that it will change is tracked. Each step looks first whether it was done, so that who died in
 * the middle is gone on from. For one thread.
 */
final class MachineStart {

    private final RecoveryHypervisor hypervisor;
    private final DiskService service;
    private final RecoveryFolder folder;
    private final RecoveryJournal journal;
    private final Optional<Account> account;
    private final Consumer<String> progress;

    /**
     * Who starts machines.
     *
     * @param account that the hypervisor's processes run under
     * @param progress hears what is done, in sentences
     */
    MachineStart(
            RecoveryHypervisor hypervisor,
            DiskService service,
            RecoveryFolder folder,
            RecoveryJournal journal,
            Optional<Account> account,
            Consumer<String> progress) {
        this.hypervisor = hypervisor;
        this.service = service;
        this.folder = folder;
        this.journal = journal;
        this.account = account;
        this.progress = progress;
    }

    /** The checkpoint from the beginning: what changes since it is the way home's delta. */
    static CheckpointName zero(Point point) {
        return CheckpointName.ofRecovery(
                point.id().epoch(), point.id().slot(), point.digest().hex());
    }

    /**
     * Makes sure that the machine runs.
     *
     * @return what is known of the recovery now
     */
    Entry run(String machine, Entry entry, Preparation preparation, Optional<RealmState> networks)
            throws HypervisorException, InterruptedException {
        folder.make(machine);
        PointId point = entry.order().point();
        DiskService.Served served =
                service.serve(folder, point, machine, entry.identity(machine).ran(), progress);
        for (DiskRecord disk : preparation.disks(machine)) {
            service.makeOverlay(
                    new Overlay(folder.overlay(machine, disk.name()), served.address(disk.name()), disk.size()),
                    account);
        }
        AdaptedMachine adapted = preparation.machine(machine, hypervisor, networks);
        MachineId id = hypervisor.place(adapted);
        return entry.identity(machine).ran() ? again(id, entry) : first(machine, id, entry, preparation);
    }

    private Entry first(String machine, MachineId id, Entry entry, Preparation preparation) throws HypervisorException {
        hypervisor.start(id, true);
        hypervisor.endCapture(id);
        track(id, zero(preparation.point()), preparation.disks(machine));
        Entry ran = entry.ran(machine);
        journal.write(ran);
        hypervisor.resume(id);
        return ran;
    }

    /** A checkpoint that an earlier attempt made is gone with the process that it was made in: QEMU keeps it there. */
    private void track(MachineId id, CheckpointName zero, List<DiskRecord> records) throws HypervisorException {
        List<String> disks = records.stream().map(DiskRecord::name).toList();
        Optional<CheckpointState> made = hypervisor.checkpoints(id).stream()
                .filter(checkpoint -> checkpoint.name().equals(zero))
                .findFirst();
        if (made.isPresent() && isIntact(made.get(), disks)) {
            return;
        }
        if (made.isPresent()) {
            hypervisor.dropCheckpoint(id, zero);
        }
        hypervisor.beginCapture(id, new CaptureOrder(Optional.empty(), Optional.of(zero), disks));
        hypervisor.endCapture(id);
    }

    private static boolean isIntact(CheckpointState checkpoint, List<String> disks) {
        return disks.stream().allMatch(disk -> checkpoint.disks().get(disk) == CheckpointState.Tracking.INTACT);
    }

    /** It has run: what it wrote is in its overlay, and it goes on from there. */
    private Entry again(MachineId id, Entry entry) throws HypervisorException {
        switch (PlacedMachines.state(hypervisor, id)) {
            case OFF -> hypervisor.start(id, false);
            case SUSPENDED -> hypervisor.resume(id);
            case RUNNING, SUSPENDED_BY_DISK_ERROR, STOPPING, CRASHED -> {
                // It goes on, or whoever waits for it to be ready lets it, or says what became of it.
            }
        }
        return entry;
    }
}
