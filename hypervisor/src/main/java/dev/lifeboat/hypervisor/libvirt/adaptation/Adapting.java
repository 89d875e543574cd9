package dev.lifeboat.hypervisor.libvirt.adaptation;

import dev.lifeboat.hypervisor.Adaptation;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.MachineDescription;
import java.util.ArrayList;
import java.util.List;

/** One adaptation while it is made: the definition, what is wanted, and what was told so far. */
final class Adapting {

    private final MachineDescription description;
    private final Adaptation wanted;
    private final HostOffer host;
    private final EditableXml domain;
    private final List<String> told = new ArrayList<>();

    Adapting(MachineDescription description, Adaptation wanted, HostOffer host) throws HypervisorException {
        this.description = description;
        this.wanted = wanted;
        this.host = host;
        this.domain = EditableXml.parse(description.definition());
        if (!domain.name().equals("domain")) {
            throw refused("The machine's definition is a <%s>, no <domain>.".formatted(domain.name()));
        }
    }

    MachineDescription description() {
        return description;
    }

    Adaptation wanted() {
        return wanted;
    }

    HostOffer host() {
        return host;
    }

    EditableXml domain() {
        return domain;
    }

    EditableXml devices() {
        return domain.need("devices");
    }

    List<EditableXml> devices(String name) {
        return devices().children(name);
    }

    /** A change, in a sentence for people; said once. */
    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency of its own
    void tell(String sentence, Object... arguments) {
        String whole = arguments.length == 0 ? sentence : sentence.formatted(arguments);
        if (!told.contains(whole)) {
            told.add(whole);
        }
    }

    List<String> told() {
        return List.copyOf(told);
    }

    static HypervisorException refused(String reason) {
        return new HypervisorException(Kind.UNSUPPORTED, reason);
    }
}
