package dev.lifeboat.hypervisor.libvirt.adaptation;

import dev.lifeboat.hypervisor.MachineId;
import java.util.Optional;
import java.util.UUID;

/** Name, identity, generation id, clock. */
final class Identity {

    private Identity() {}

    static void adapt(Adapting adapting) {
        EditableXml domain = adapting.domain();
        domain.unset("id");
        String before = domain.text("name");
        String name = adapting.wanted().name();
        domain.need("name").setText(name);
        if (!before.equals(name)) {
            adapting.tell("The machine is called '%s' here; it was '%s'.", name, before);
        }
        adapting.wanted().identity().ifPresent(id -> renew(adapting, id));
        generation(adapting);
        clock(adapting);
    }

    /** libvirt refuses a UUID in {@code <sysinfo>} that differs from the machine's. */
    private static void renew(Adapting adapting, MachineId id) {
        EditableXml domain = adapting.domain();
        domain.need("uuid").setText(id.toString());
        domain.child("sysinfo", "system").stream()
                .flatMap(system -> system.children("entry").stream())
                .filter(entry -> entry.get("name").equals("uuid"))
                .toList()
                .forEach(entry -> entry.setText(id.toString()));
        adapting.tell(
                "The machine has a new identity (%s), and the hardware addresses of the original. Licences that are bound"
                        + " to the identity do not know it.",
                id);
    }

    private static void generation(Adapting adapting) {
        Optional<UUID> renewed = adapting.wanted().generation();
        if (renewed.isEmpty()) {
            return;
        }
        Optional<EditableXml> present = adapting.domain().child("genid");
        if (present.isPresent()) {
            present.get().setText(renewed.get().toString());
            adapting.tell(
                    "The generation id is new: a guest that asks for it, such as a domain controller, sees that it"
                            + " was taken back to an earlier moment.");
        } else {
            // One that appears for the first time is taken by Windows as the first to remember, so it would help
            // nobody.
            adapting.tell(
                    "The machine has no generation id, and none is invented. If it is a domain controller it does"
                            + " not see that it was taken back: restore its directory by its own means before it meets others.");
        }
    }

    private static void clock(Adapting adapting) {
        if (adapting.domain().get("clock", "offset").equals("localtime")) {
            adapting.tell("The guest's clock shows the local time of its host, which is this host's time zone now.");
        }
    }
}
