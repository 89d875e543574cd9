package dev.lifeboat.hypervisor;

/**
 * A machine in the list of its host.
 *
 * @param id that never changes
 * @param name that the administrator gave it
 * @param state at the moment of the list
 */
public record Machine(MachineId id, String name, PowerState state) {

    /** The same in another state. */
    public Machine in(PowerState other) {
        return new Machine(id, name, other);
    }
}
