package dev.lifeboat.hypervisor;

import java.util.List;
import java.util.Map;

/**
 * A machine as it will be on this host; nothing of it is there before it is placed.
 *
 * @param id by which the host will know it
 * @param name under which
 * @param owner whose it is
 * @param definition in the words of this host's hypervisor, with its secrets
 * @param files what it keeps beside its disks, as {@link MachineDescription#files}
 * @param memoryBytes that it may take
 * @param processors that it sees
 * @param adaptations what is different from the description, each in a sentence for people
 */
public record AdaptedMachine(
        MachineId id,
        String name,
        String owner,
        String definition,
        Map<String, byte[]> files,
        long memoryBytes,
        int processors,
        List<String> adaptations) {

    public AdaptedMachine {
        files = Map.copyOf(files);
        adaptations = List.copyOf(adaptations);
    }
}
