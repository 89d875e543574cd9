package dev.lifeboat.hypervisor.libvirt.adaptation;

import dev.lifeboat.hypervisor.HypervisorException;
import java.util.Optional;

/** What tells in a definition that Lifeboat has placed the machine, and for whom: an element of its metadata. */
public final class Mark {

    private static final String ELEMENT = "lifeboat:recovered";
    private static final String NAMESPACE = "urn:lifeboat:recovered";
    private static final String OWNER = "owner";

    private Mark() {}

    /** Whose a machine with this definition is; empty when it was not placed. */
    public static Optional<String> ownerIn(String definition) throws HypervisorException {
        return EditableXml.parse(definition).child("metadata").stream()
                .flatMap(metadata -> metadata.children().stream())
                .filter(Mark::isMark)
                .map(mark -> mark.get(OWNER))
                .findFirst();
    }

    /** The same definition without the mark. */
    public static String takenFrom(String definition) throws HypervisorException {
        EditableXml domain = EditableXml.parse(definition);
        take(domain);
        return domain.write();
    }

    /** A point may have been made of a machine that was itself placed: the new owner replaces the old one. */
    static void set(EditableXml domain, String owner) {
        take(domain);
        domain.need("metadata").add(ELEMENT).set("xmlns:lifeboat", NAMESPACE).set(OWNER, owner);
    }

    private static void take(EditableXml domain) {
        domain.child("metadata").stream()
                .flatMap(metadata -> metadata.children().stream())
                .filter(Mark::isMark)
                .toList()
                .forEach(EditableXml::remove);
    }

    private static boolean isMark(EditableXml element) {
        return element.name().equals(ELEMENT);
    }
}
