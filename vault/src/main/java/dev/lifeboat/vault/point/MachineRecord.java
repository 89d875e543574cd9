package dev.lifeboat.vault.point;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A machine in a point.
 *
 * @param name of the machine
 * @param description what its writer knows of it, such as its hardware; the vault does not look into it
 * @param disks in the machine's order
 */
public record MachineRecord(String name, ObjectNode description, List<DiskRecord> disks) {

    public MachineRecord {
        disks = List.copyOf(disks);
    }

    /** Its disk of this name, if it has one. */
    public Optional<DiskRecord> disk(String disk) {
        return disks.stream().filter(one -> one.name().equals(disk)).findFirst();
    }
}
