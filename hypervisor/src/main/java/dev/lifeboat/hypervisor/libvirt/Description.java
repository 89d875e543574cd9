package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.DiskDescription;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.PowerState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A machine with all that is needed to make it again. */
final class Description {

    private final Domain domain;
    private final String host;
    private final MachineFiles files;
    private final Map<String, List<String>> told;

    /**
     * Has asked nothing yet.
     *
     * @param told the addresses that the guest's agent has told, by hardware address: it is asked apart from the rest,
     *     for it may never answer
     */
    Description(Domain domain, String host, MachineFiles files, Map<String, List<String>> told) {
        this.domain = domain;
        this.host = host;
        this.files = files;
        this.told = Map.copyOf(told);
    }

    /**
     * The definition is the one of the next start: what was changed for the running machine alone ends with it. Disks
     * are listed as they are now, for they are what a capture would show.
     */
    MachineDescription make() throws LibvirtFailure, HypervisorException {
        String definition = domain.xml(Domain.XML_SECURE | Domain.XML_INACTIVE);
        DomainDefinition now = domain.definition();
        Map<String, byte[]> content = files.read(now);
        List<String> notCovered = new ArrayList<>(now.notCovered());
        notCovered.addAll(files.notCovered());
        return new MachineDescription(
                domain.machine(),
                host,
                "libvirt",
                definition,
                now.disks().stream().map(this::described).toList(),
                now.interfaces(addresses()),
                content,
                notCovered);
    }

    private DiskDescription described(DomainDisk disk) {
        return new DiskDescription(
                disk.name(),
                disk.bus(),
                disk.source().isEmpty() ? 0 : domain.diskSize(disk.name()),
                disk.format(),
                disk.source(),
                disk.tracking(),
                disk.notCovered());
    }

    /** As far as anybody knows: a guest without an agent, on a network that is not libvirt's, has none. */
    private Map<String, List<String>> addresses() throws LibvirtFailure {
        Map<String, List<String>> known = new HashMap<>(leasesOf(domain));
        known.putAll(told);
        return known;
    }

    /** What libvirt's own networks have given to a machine that has a process; none where that cannot be told. */
    static Map<String, List<String>> leasesOf(Domain domain) throws LibvirtFailure {
        if (domain.state() == PowerState.OFF) {
            return Map.of();
        }
        try {
            return domain.leases();
        } catch (LibvirtFailure e) {
            return Map.of();
        }
    }
}
