package dev.lifeboat.hypervisor.libvirt.adaptation;

import dev.lifeboat.hypervisor.HypervisorException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a host can be asked about what it offers to machines. For use by one thread. */
public interface HostOffer {

    /**
     * What an emulator of this host offers (https://libvirt.org/formatdomaincaps.html), accelerated where this host
     * accelerates.
     *
     * @param machine a machine type; empty for the architecture's usual one
     * @return empty when there is no such emulator or machine type
     */
    Optional<String> domainCapabilities(String architecture, Optional<String> machine) throws HypervisorException;

    /** What the host is (https://libvirt.org/formatcaps.html). */
    String capabilities() throws HypervisorException;

    /**
     * Whether a machine of this kind can have this processor here.
     *
     * @param type the domain type, such as {@code kvm}
     * @param cpu the processor's description
     */
    boolean canHaveProcessor(String architecture, String machine, String type, String cpu) throws HypervisorException;

    /** Whether there is something at a path of the host. */
    boolean exists(Path path);

    /** The size of a file of the host; empty when there is none. */
    Optional<Long> sizeOf(Path path);

    /** The content of all files of a folder that end so, by name. */
    List<NamedFile> files(Path folder, String ending);

    /** A file of the host. */
    record NamedFile(String name, String content) {}
}
