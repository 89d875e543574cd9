package dev.lifeboat.hypervisor;

import java.util.UUID;

/** What a hypervisor knows a machine by, whatever it is called: its name may change, this does not. */
public record MachineId(UUID uuid) implements Comparable<MachineId> {

    @Override
    public int compareTo(MachineId other) {
        return uuid.compareTo(other.uuid);
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
