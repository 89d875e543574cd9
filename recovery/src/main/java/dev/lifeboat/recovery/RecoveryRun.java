package dev.lifeboat.recovery;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.Realm;
import dev.lifeboat.network.RealmState;
import dev.lifeboat.recovery.RecoveryJournal.Entry;
import dev.lifeboat.recovery.RecoveryOrder.Sign;
import dev.lifeboat.recovery.RecoveryOrder.Wanted;
import dev.lifeboat.recovery.RecoveryReport.RecoveredMachine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One attempt to start a recovery, from networks to open ports: machine after machine, each seen ready before the next.
 * For one thread.
 */
final class RecoveryRun {

    /** How often it is looked whether a machine is ready. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private final HostRecoveries.Parts parts;
    private final Preparation preparation;
    private final Consumer<String> progress;
    private final MachineStart starts;
    private final Observation observation;
    private final PausedMachines paused;
    private final FixedAddresses fixed;
    private final RecoveryFolder folder;

    RecoveryRun(
            HostRecoveries.Parts parts,
            RecoveryFolder folder,
            RecoveryJournal journal,
            Preparation preparation,
            Consumer<String> progress) {
        this.parts = parts;
        this.folder = folder;
        this.preparation = preparation;
        this.progress = progress;
        this.starts = new MachineStart(parts.hypervisor(), parts.disks(), folder, journal, parts.account(), progress);
        this.observation = new Observation(parts.hypervisor(), parts.disks(), folder);
        this.paused = new PausedMachines(parts.hypervisor(), parts.disks());
        this.fixed = new FixedAddresses(parts.hypervisor(), parts.time(), progress);
    }

    RecoveryReport start(Entry entry) throws HypervisorException, InterruptedException {
        Optional<RealmState> networks = networks();
        List<RecoveredMachine> machines = new ArrayList<>();
        Entry now = entry;
        for (Wanted wanted : entry.order().machines()) {
            Duration begun = parts.time().elapsed();
            now = starts.run(wanted.machine(), now, preparation, networks);
            progress.accept("%s runs; waiting until %s".formatted(wanted.machine(), words(wanted)));
            machines.add(awaitReady(wanted, now, networks));
            progress.accept("%s is ready after %.1f s"
                    .formatted(
                            wanted.machine(),
                            parts.time().elapsed().minus(begun).toMillis() / 1000.0));
            parts.disks().isUp(folder, entry.order().point(), wanted, progress);
        }
        // The point of no return: from here on others rely on what the machines write.
        List<String> openings = open(entry.order());
        return new RecoveryReport(
                entry.order().name(),
                Optional.of(entry.order().purpose()),
                Optional.of(entry.order().point().toString()),
                false,
                machines,
                openings,
                List.of());
    }

    private Optional<RealmState> networks() throws InterruptedException {
        Optional<Realm> realm = preparation.networks().realm();
        return realm.isEmpty() ? Optional.empty() : Optional.of(parts.networks().make(realm.get()));
    }

    private List<String> open(RecoveryOrder order) throws InterruptedException {
        if (order.ports().isEmpty()) {
            return List.of();
        }
        RealmState open = parts.networks()
                .open(new Label(order.name()), preparation.networks().openings());
        return open.openings().ports().stream().map(Object::toString).toList();
    }

    private static String words(Wanted wanted) {
        return switch (wanted.sign()) {
            case RUNNING -> "it runs";
            case GUEST -> "its guest tells of itself";
            case PORT -> "it accepts connections at port " + wanted.port();
        };
    }

    private RecoveredMachine awaitReady(Wanted wanted, Entry entry, Optional<RealmState> networks)
            throws HypervisorException, InterruptedException {
        Duration end = parts.time().elapsed().plus(entry.order().readyWithin());
        Map<String, MachineId> ids = new PlacedMachines(parts.hypervisor())
                .of(entry, parts.hypervisor().recovered());
        Optional<MachineId> id = Optional.ofNullable(ids.get(wanted.machine()));
        while (true) {
            RecoveredMachine seen =
                    observation.look(wanted, id, preparation.networks().addressOf(wanted.machine()), networks);
            if (isInPlace(wanted, seen) && seen.ready()) {
                return seen;
            }
            // This one, and those that were ready already and are waited for by no one.
            for (String machine : paused.resume(entry, folder, ids)) {
                progress.accept("%s stood still until its disks answered again, and goes on".formatted(machine));
            }
            if (seen.state() == PowerState.OFF || seen.state() == PowerState.CRASHED) {
                throw notReady(wanted, "it is %s".formatted(seen.state() == PowerState.OFF ? "off" : "crashed"));
            }
            if (parts.time().elapsed().compareTo(end) >= 0) {
                throw notReady(
                        wanted,
                        "not seen within %d s that %s"
                                .formatted(entry.order().readyWithin().toSeconds(), words(wanted)));
            }
            parts.time().pause(LOOK_AGAIN);
        }
    }

    /** Whether no address of the guest is one that its networks here do not have; one that is set in it is changed. */
    private boolean isInPlace(Wanted wanted, RecoveredMachine seen) throws HypervisorException {
        if (wanted.sign() == Sign.RUNNING
                || seen.addresses().isEmpty()
                || seen.id().isEmpty()) {
            return true;
        }
        try {
            return fixed.settle(
                    wanted.machine(), seen.id().get(), preparation.networks().cardsOf(wanted.machine()));
        } catch (FixedAddresses.Unchangeable e) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_NOT_READY,
                    "Machine %s is not ready. %s".formatted(wanted.machine(), e.getMessage()),
                    e);
        }
    }

    private static LifeboatException notReady(Wanted wanted, String why) {
        return new LifeboatException(
                ErrorCode.RECOVERY_NOT_READY, "Machine %s is not ready: %s.".formatted(wanted.machine(), why));
    }
}
