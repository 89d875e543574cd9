package dev.lifeboat.recovery;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.recovery.RecoveryJournal.Entry;
import dev.lifeboat.recovery.RecoveryOrder.Wanted;
import java.util.HashMap;
import java.util.Map;

/** Which of the host's machines is which of a recovery's. */
final class PlacedMachines {

    private final RecoveryHypervisor hypervisor;

    PlacedMachines(RecoveryHypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    /** The name that a recovered machine has on the host: a test's stands beside its original. */
    static String nameOnHost(RecoveryOrder order, String machine) {
        return order.isTest() ? order.name() + "-" + machine : machine;
    }

    /** What a machine of the host is doing; one that the host does not know is off. */
    static PowerState state(RecoveryHypervisor hypervisor, MachineId id) throws HypervisorException {
        return hypervisor.machines().stream()
                .filter(machine -> machine.id().equals(id))
                .map(Machine::state)
                .findFirst()
                .orElse(PowerState.OFF);
    }

    /**
     * By the names of the point.
     *
     * @param placed all that were placed on this host, with their owners
     */
    Map<String, MachineId> of(Entry entry, Map<MachineId, String> placed) throws HypervisorException {
        Map<String, MachineId> found = new HashMap<>();
        for (Machine machine : hypervisor.machines()) {
            if (!entry.order().name().equals(placed.get(machine.id()))) {
                continue;
            }
            for (Wanted wanted : entry.order().machines()) {
                boolean isIt = entry.identity(wanted.machine())
                        .id()
                        .map(machine.id()::equals)
                        .orElseGet(() ->
                                nameOnHost(entry.order(), wanted.machine()).equals(machine.name()));
                if (isIt) {
                    found.put(wanted.machine(), machine.id());
                }
            }
        }
        return found;
    }
}
