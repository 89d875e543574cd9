package dev.lifeboat.agent.guard;

import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.Hypervisor.RunningCapture;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import java.time.Duration;
import java.util.Optional;

/**
 * One try to free a machine, and a look at whether it is free. Nothing is believed but what is seen afterwards. Safe
 * for use by several threads.
 */
final class Freedom {

    /** A guest's agent that answers at all answers within a second or two. */
    private static final Duration GUEST_LIMIT = Duration.ofSeconds(3);

    private final Hypervisor hypervisor;

    Freedom(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    /**
     * Ends our capture and resumes.
     *
     * @param suspended whether a suspension of it is ours; then it is resumed
     * @param ranBefore whether it ran before it was held: then a pause by a disk error was met while our capture was
     *     open, and it is resumed
     * @return whether no capture of ours was seen afterwards, and nothing that holds its processors and is ours
     */
    boolean letGo(MachineId machine, boolean suspended, boolean ranBefore) throws HypervisorException {
        try {
            if (ourCapture(machine)) {
                hypervisor.endCapture(machine);
            }
            Optional<PowerState> state = state(machine);
            if (state.isPresent() && isOurs(state.get(), suspended, ranBefore)) {
                hypervisor.resume(machine);
                state = state(machine);
            }
            return !ourCapture(machine) && (state.isEmpty() || !isOurs(state.get(), suspended, ranBefore));
        } catch (HypervisorException e) {
            if (e.kind() == Kind.NO_SUCH_MACHINE || isGone(machine)) {
                return true;
            }
            throw e;
        }
    }

    /** Thaws; whether nothing was seen to be frozen afterwards. */
    boolean thaw(MachineId machine) throws HypervisorException {
        try {
            hypervisor.thaw(machine, GUEST_LIMIT);
            return !hypervisor.frozen(machine, GUEST_LIMIT);
        } catch (HypervisorException e) {
            if (e.kind() == Kind.NO_SUCH_MACHINE || e.kind() == Kind.UNSUPPORTED || isGone(machine)) {
                return true;
            }
            throw e;
        }
    }

    /** Whether it has no process in which anything could be held. */
    private boolean isGone(MachineId machine) throws HypervisorException {
        return state(machine).filter(state -> state != PowerState.OFF).isEmpty();
    }

    private boolean ourCapture(MachineId machine) throws HypervisorException {
        return hypervisor.capture(machine).filter(RunningCapture::ours).isPresent();
    }

    private Optional<PowerState> state(MachineId machine) throws HypervisorException {
        return hypervisor.machines().stream()
                .filter(one -> one.id().equals(machine))
                .map(Machine::state)
                .findFirst();
    }

    private static boolean isOurs(PowerState state, boolean suspended, boolean ranBefore) {
        return switch (state) {
            case SUSPENDED -> suspended;
            case SUSPENDED_BY_DISK_ERROR -> ranBefore;
            case OFF, RUNNING, STOPPING, CRASHED -> false;
        };
    }
}
