package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.replication.HostNotes.Held;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Frees machines of what an earlier process of ours, or a cycle that broke off, left held. */
record Leftovers(Hypervisor hypervisor, HostNotes notes) {

    private static final Duration AGENT_LIMIT = Duration.ofSeconds(5);

    /**
     * Ends our capture and lets go what is noted as held by us. A capture of somebody else is left alone.
     *
     * @throws NotNow when somebody else's capture is under way
     */
    void clear(Machine machine) throws HypervisorException, NotNow {
        Set<dev.lifeboat.hypervisor.MachineId> only = Set.of(machine.id());
        Optional<Hypervisor.RunningCapture> capture =
                machine.state() == PowerState.OFF ? Optional.empty() : hypervisor.capture(machine.id());
        if (capture.filter(Hypervisor.RunningCapture::ours).isPresent()) {
            hypervisor.endCapture(machine.id());
        }
        if (notes.held(Held.FROZEN).contains(machine.id())) {
            thaw(machine);
        }
        if (notes.held(Held.STARTED).contains(machine.id())) {
            if (machine.state() == PowerState.SUSPENDED) {
                hypervisor.powerOff(machine.id());
            }
            notes.frees(Held.STARTED, only);
        }
        if (notes.held(Held.SUSPENDED).contains(machine.id())) {
            if (machine.state() == PowerState.SUSPENDED) {
                hypervisor.resume(machine.id());
            }
            notes.frees(Held.SUSPENDED, only);
        }
        if (capture.filter(one -> !one.ours()).isPresent()) {
            throw new NotNow("another tool's backup of %s is under way".formatted(machine.name()));
        }
    }

    /** A guest without an agent cannot have been frozen. */
    private void thaw(Machine machine) throws HypervisorException {
        try {
            if (machine.state() != PowerState.OFF) {
                hypervisor.thaw(machine.id(), AGENT_LIMIT);
            }
            notes.frees(Held.FROZEN, Set.of(machine.id()));
        } catch (HypervisorException e) {
            if (e.kind() != HypervisorException.Kind.GUEST_AGENT_SILENT) {
                throw e;
            }
        }
    }

    /** The same for all machines of the host, as far as it goes: each cycle does it again for its own. */
    void clearAll() {
        try {
            for (Machine machine : hypervisor.machines()) {
                try {
                    clear(machine);
                } catch (NotNow e) {
                    // Its group will say so.
                }
            }
        } catch (HypervisorException e) {
            // There is no connection yet.
        }
    }
}
