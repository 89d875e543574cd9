package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.AdaptedMachine;
import dev.lifeboat.hypervisor.DiskFile;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.hypervisor.libvirt.adaptation.DiskFiles;
import dev.lifeboat.hypervisor.libvirt.adaptation.Mark;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Machines that were described elsewhere, on this host.
 *
 * <p>They are defined for good (persistent in libvirt's words): libvirt forgets any other machine as soon as it stops,
 * with the names of its checkpoints, and nobody could see after a restart of the host what was there. They are never
 * started by libvirt itself. Files come first and the definition last, so a machine that is known is complete.
 */
final class Placement {

    private final LibvirtLibrary library;
    private final MemorySegment connection;
    private final PlacedFiles files;

    Placement(LibvirtLibrary library, MemorySegment connection, PlacedFiles files) {
        this.library = library;
        this.connection = connection;
        this.files = files;
    }

    /** A machine that the host knows, and whose it is if it was placed. */
    private record Known(Machine machine, Optional<String> owner) {}

    MachineId place(AdaptedMachine machine, QemuAccount account) throws LibvirtFailure, HypervisorException {
        for (Known known : known()) {
            if (known.machine().id().equals(machine.id())) {
                mustBe(machine, known);
                try (Domain domain = Domain.lookUp(library, connection, machine.id())) {
                    domain.setAutostart(false);
                }
                return machine.id();
            }
            if (known.machine().name().equals(machine.name())) {
                throw new HypervisorException(
                        Kind.WRONG_STATE,
                        "this host has another machine named '%s' (%s)"
                                .formatted(machine.name(), known.machine().id()));
            }
        }
        files.put(DomainDefinition.parse(machine.definition()), machine.files(), account);
        try (Domain defined = define(machine.definition())) {
            defined.setAutostart(false);
            return defined.id();
        }
    }

    private List<Known> known() throws LibvirtFailure, HypervisorException {
        List<Known> all = new ArrayList<>();
        for (MemorySegment each : library.list(LibvirtCall.CONNECT_LIST_ALL_DOMAINS, connection, 0)) {
            try (Domain domain = new Domain(library, connection, each)) {
                all.add(new Known(domain.machine(), ownerOf(domain)));
            } catch (LibvirtFailure e) {
                // It may have been undefined since the list was made.
                if (e.code() != LibvirtFailure.NO_DOMAIN) {
                    throw e;
                }
            }
        }
        return List.copyOf(all);
    }

    private static void mustBe(AdaptedMachine machine, Known known) throws HypervisorException {
        if (!known.owner().equals(Optional.of(machine.owner()))) {
            throw new HypervisorException(
                    Kind.WRONG_STATE,
                    "this host has the machine %s already, as '%s', which %s"
                            .formatted(
                                    machine.id(),
                                    known.machine().name(),
                                    known.owner()
                                            .map("is owned by '%s'"::formatted)
                                            .orElse("is its own")));
        }
    }

    private Domain define(String definition) throws LibvirtFailure {
        try (Arena arena = Arena.ofConfined()) {
            return new Domain(
                    library,
                    connection,
                    library.pointer(
                            LibvirtCall.DOMAIN_DEFINE_XML_FLAGS, connection, arena.allocateFrom(definition), 0));
        }
    }

    private static Optional<String> ownerOf(Domain domain) throws LibvirtFailure, HypervisorException {
        return Mark.ownerIn(domain.xml(Domain.XML_INACTIVE));
    }

    Map<MachineId, String> recovered() throws LibvirtFailure, HypervisorException {
        Map<MachineId, String> found = new HashMap<>();
        for (Known known : known()) {
            known.owner().ifPresent(owner -> found.put(known.machine().id(), owner));
        }
        return Map.copyOf(found);
    }

    void remove(MachineId machine) throws LibvirtFailure, HypervisorException {
        try (Domain domain = Domain.lookUp(library, connection, machine)) {
            if (ownerOf(domain).isEmpty()) {
                throw new HypervisorException(
                        Kind.WRONG_STATE, "the machine is this host's own: it was not placed, and is not removed");
            }
            Power.of(domain).undefineWithFiles();
        } catch (LibvirtFailure e) {
            if (e.code() != LibvirtFailure.NO_DOMAIN) {
                throw e;
            }
        }
        files.clear(tpmFolder(machine));
    }

    void settle(MachineId machine) throws LibvirtFailure, HypervisorException {
        try (Domain domain = Domain.lookUp(library, connection, machine)) {
            if (ownerOf(domain).isPresent()) {
                String definition = domain.xml(Domain.XML_SECURE | Domain.XML_INACTIVE);
                define(Mark.takenFrom(definition)).close();
            }
        }
        files.settle(tpmFolder(machine));
    }

    void keepDisksIn(MachineId machine, Map<String, DiskFile> files) throws LibvirtFailure, HypervisorException {
        try (Domain domain = Domain.lookUp(library, connection, machine)) {
            if (domain.machine().state() != PowerState.OFF) {
                throw new HypervisorException(
                        Kind.WRONG_STATE, "a machine's disks are kept in other files only while it is off");
            }
            String definition = domain.xml(Domain.XML_SECURE | Domain.XML_INACTIVE);
            Optional<String> changed = DiskFiles.keptIn(definition, files);
            if (changed.isPresent()) {
                define(changed.get()).close();
            }
        }
    }

    private static Path tpmFolder(MachineId machine) {
        return DomainDefinition.TPM_STATES.resolve(machine.toString());
    }
}
