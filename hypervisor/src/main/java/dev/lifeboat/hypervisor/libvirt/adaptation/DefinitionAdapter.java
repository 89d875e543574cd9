package dev.lifeboat.hypervisor.libvirt.adaptation;

import dev.lifeboat.hypervisor.Adaptation;
import dev.lifeboat.hypervisor.AdaptedMachine;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineId;
import java.util.UUID;

/**
 * Makes of a machine's description (https://libvirt.org/formatdomain.html) one for this host. It goes through the
 * definition part by part; whatever no part knows is kept as it is. Gives the same for the same.
 */
public final class DefinitionAdapter {

    /** In whose words a definition must be. */
    private static final String KIND = "libvirt";

    private DefinitionAdapter() {}

    /**
     * The machine as this host can have it.
     *
     * @throws HypervisorException with {@link HypervisorException.Kind#UNSUPPORTED} and the reason when it cannot
     */
    public static AdaptedMachine adapt(MachineDescription description, Adaptation wanted, HostOffer host)
            throws HypervisorException {
        if (!description.kind().equals(KIND)) {
            throw Adapting.refused("Machine %s was described by the hypervisor '%s', and this host's is '%s'."
                    .formatted(description.machine().name(), description.kind(), KIND));
        }
        try {
            return adapt(new Adapting(description, wanted, host));
        } catch (IllegalArgumentException e) {
            // A number that is none, an identity that is none: libvirt writes no such thing.
            throw new HypervisorException(
                    Kind.UNSUPPORTED, "The machine's definition cannot be understood: %s".formatted(e.getMessage()), e);
        }
    }

    private static AdaptedMachine adapt(Adapting adapting) throws HypervisorException {
        Identity.adapt(adapting);
        DomainOffer offer = Platform.adapt(adapting);
        Processor.adapt(adapting, offer);
        Firmware.adapt(adapting, offer);
        Disks.adapt(adapting);
        Interfaces.adapt(adapting);
        BootOrder.adapt(adapting);
        Consoles.adapt(adapting, offer);
        HostDevices.adapt(adapting, offer);
        Tuning.adapt(adapting);
        Mark.set(adapting.domain(), adapting.wanted().owner());
        EditableXml domain = adapting.domain();
        return new AdaptedMachine(
                new MachineId(UUID.fromString(domain.text("uuid"))),
                adapting.wanted().name(),
                adapting.wanted().owner(),
                domain.write(),
                adapting.description().files(),
                Platform.memoryBytes(domain),
                Platform.processors(domain),
                adapting.told());
    }
}
