package dev.lifeboat.hypervisor;

import java.util.List;
import java.util.Map;

/**
 * All that is needed to make the machine again, but for the content of its disks.
 *
 * @param machine at the moment of the description
 * @param host the name of its host
 * @param kind in whose words the definition is, such as {@code libvirt}
 * @param definition the machine's own description as it will be at its next start, with its secrets
 * @param disks all of them, in the machine's order, the ones too that are not covered
 * @param interfaces its network interfaces
 * @param files what it keeps beside its disks, such as firmware variables and the state of a TPM: name → content. Names
 *     are relative paths such as {@code nvram} or {@code tpm/tpm2-00.permall}
 * @param notCovered what cannot be protected besides disks, each in a sentence
 */
public record MachineDescription(
        Machine machine,
        String host,
        String kind,
        String definition,
        List<DiskDescription> disks,
        List<NetworkInterface> interfaces,
        Map<String, byte[]> files,
        List<String> notCovered) {

    public MachineDescription {
        disks = List.copyOf(disks);
        interfaces = List.copyOf(interfaces);
        files = Map.copyOf(files);
        notCovered = List.copyOf(notCovered);
    }

    /** The disks whose content is protected. */
    public List<DiskDescription> coveredDisks() {
        return disks.stream().filter(DiskDescription::covered).toList();
    }
}
