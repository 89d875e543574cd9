package dev.lifeboat.recovery;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.RealmId;
import dev.lifeboat.recovery.RecoveryJournal.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Ends a recovery, as far as it can: each part that stays is named and keeps nobody from removing the others. What is
 * to be removed is found by looking, not in the journal alone, so that half of a recovery is removed too. For one
 * thread.
 */
final class RecoveryEnd {

    private final HostRecoveries.Parts parts;
    private final RecoveryFolder folder;

    RecoveryEnd(HostRecoveries.Parts parts, RecoveryFolder folder) {
        this.parts = parts;
        this.folder = folder;
    }

    /** Removes all that can be, and tells what is left. */
    List<String> run(String name) throws InterruptedException {
        RecoveryJournal journal = new RecoveryJournal(folder.journal());
        journal.read().map(Entry::thatEnds).ifPresent(journal::write);
        List<String> left = new ArrayList<>();
        // Nobody comes in any more, then nothing runs, then nothing is served.
        left.addAll(attempted(() -> {
            parts.networks().close(new Label(name));
            return List.of();
        }));
        List<String> machines = machines(name);
        left.addAll(machines);
        if (machines.isEmpty()) {
            left.addAll(served());
        }
        left.addAll(attempted(
                () -> parts.networks().remove(RealmId.of(new Label(name))).left()));
        return left;
    }

    /** A part that answers what is left of it. */
    @FunctionalInterface
    private interface Part {
        List<String> end() throws InterruptedException;
    }

    private static List<String> attempted(Part part) throws InterruptedException {
        try {
            return part.end();
        } catch (LifeboatException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    private List<String> machines(String name) {
        List<String> left = new ArrayList<>();
        try {
            for (Map.Entry<MachineId, String> placed :
                    parts.hypervisor().recovered().entrySet()) {
                if (placed.getValue().equals(name)) {
                    left.addAll(machine(placed.getKey()));
                }
            }
        } catch (HypervisorException e) {
            left.add("The machines of this host cannot be listed: " + e.getMessage());
        }
        return left;
    }

    private List<String> machine(MachineId id) {
        try {
            parts.hypervisor().endCapture(id);
            parts.hypervisor().powerOff(id);
            parts.hypervisor().remove(id);
            return parts.hypervisor().recovered().containsKey(id)
                    ? List.of("Machine %s is still known to this host.".formatted(id))
                    : List.of();
        } catch (HypervisorException e) {
            return List.of("Machine %s could not be removed: %s".formatted(id, e.getMessage()));
        }
    }

    private List<String> served() throws InterruptedException {
        List<String> left = new ArrayList<>();
        for (Path machine : folder.machines()) {
            left.addAll(attempted(
                    () -> parts.disks().end(folder, machine.getFileName().toString())));
        }
        return left;
    }
}
