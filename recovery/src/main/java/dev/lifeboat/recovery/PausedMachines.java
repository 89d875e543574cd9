package dev.lifeboat.recovery;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.recovery.RecoveryJournal.Entry;
import dev.lifeboat.recovery.RecoveryOrder.Wanted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets machines go on that stand still because their disks did not answer, once these do again. Who stands still for
 * another reason was held by somebody, and is left alone. Safe for use by several threads.
 */
final class PausedMachines {

    private static final Logger LOG = LoggerFactory.getLogger(PausedMachines.class);

    private final RecoveryHypervisor hypervisor;
    private final DiskService disks;

    PausedMachines(RecoveryHypervisor hypervisor, DiskService disks) {
        this.hypervisor = hypervisor;
        this.disks = disks;
    }

    /**
     * Looks at a recovery's machines and resumes those. One that cannot be resumed keeps no other from it.
     *
     * @param ids by which the host knows its machines, as far as it does
     * @return which were resumed, by their names in the point
     * @throws HypervisorException when the hypervisor cannot be asked
     */
    List<String> resume(Entry entry, RecoveryFolder folder, Map<String, MachineId> ids) throws HypervisorException {
        List<Machine> there = hypervisor.machines();
        List<String> resumed = new ArrayList<>();
        for (Wanted wanted : entry.order().machines()) {
            String machine = wanted.machine();
            Optional<Machine> stopped = there.stream()
                    .filter(one -> one.id().equals(ids.get(machine)))
                    .filter(PausedMachines::isStopped)
                    .findFirst();
            if (stopped.isPresent()
                    && entry.identity(machine).ran()
                    && disks.serves(folder, machine)
                    && disks.answers(folder, machine)
                    && resume(stopped.get())) {
                resumed.add(machine);
            }
        }
        return resumed;
    }

    static boolean isStopped(Machine machine) {
        return machine.state() == PowerState.SUSPENDED_BY_DISK_ERROR;
    }

    private boolean resume(Machine machine) throws HypervisorException {
        try {
            // Asking the store may have taken seconds, in which somebody else has done something with it.
            if (PlacedMachines.state(hypervisor, machine.id()) != PowerState.SUSPENDED_BY_DISK_ERROR) {
                return false;
            }
            hypervisor.resume(machine.id());
            return true;
        } catch (HypervisorException e) {
            if (e.kind() == Kind.UNREACHABLE) {
                throw e;
            }
            LOG.warn("Machine {} stands still and could not be resumed: {}", machine.name(), e.getMessage());
            return false;
        }
    }
}
