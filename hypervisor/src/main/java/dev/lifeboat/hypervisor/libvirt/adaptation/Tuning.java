package dev.lifeboat.hypervisor.libvirt.adaptation;

import java.util.List;
import java.util.Set;

/** How the host divides itself among its machines: processors, memory, disks, confinement. */
final class Tuning {

    private static final String[] PINS = {
        "vcpupin",
        "emulatorpin",
        "iothreadpin",
        "vcpusched",
        "iothreadsched",
        "emulatorsched",
        "cachetune",
        "memorytune"
    };

    private static final String NAMESPACE = "qemu:";

    private Tuning() {}

    static void adapt(Adapting adapting) {
        processors(adapting);
        memory(adapting);
        confinement(adapting);
        acceleration(adapting);
        byHand(adapting);
    }

    private static void processors(Adapting adapting) {
        EditableXml domain = adapting.domain();
        boolean pinned = false;
        if (domain.has("vcpu")) {
            EditableXml count = domain.need("vcpu");
            pinned = count.unset("cpuset");
            pinned |= count.get("placement").equals("auto");
            count.set("placement", "static");
        }
        if (domain.has("cputune")) {
            pinned |= domain.need("cputune").drop(PINS);
        }
        if (domain.drop("numatune")) {
            pinned = true;
        }
        if (pinned) {
            adapting.tell(
                    "The machine runs on any of this host's processors and memory; it was bound to some of its host.");
        }
    }

    private static void memory(Adapting adapting) {
        EditableXml domain = adapting.domain();
        domain.child("memoryBacking").ifPresent(backing -> {
            if (backing.drop("hugepages")) {
                adapting.tell("The machine's memory is not in huge pages.");
            }
        });
        if (domain.drop("blkiotune")) {
            adapting.tell("The machine's disks have no weights or limits of its host.");
        }
    }

    private static void confinement(Adapting adapting) {
        EditableXml domain = adapting.domain();
        boolean special = domain.children("seclabel").stream().anyMatch(Tuning::isSpecial);
        domain.drop("seclabel");
        if (special) {
            adapting.tell("The machine is confined as this host confines its machines; it had a label of its own.");
        }
        if (domain.has("resource")) {
            String partition = domain.need("resource").text("partition");
            domain.drop("resource");
            if (!partition.isEmpty() && !partition.equals("/machine")) {
                adapting.tell("The machine is in this host's usual resource group; it was in %s.", partition);
            }
        }
    }

    private static boolean isSpecial(EditableXml label) {
        return !label.get("type").equals("dynamic") || label.has("baselabel");
    }

    /** What only accelerated machines can have. */
    private static void acceleration(Adapting adapting) {
        EditableXml domain = adapting.domain();
        if (domain.get("type").equals("kvm")) {
            return;
        }
        domain.child("features", "ioapic").ifPresent(EditableXml::remove);
        domain.child("features").ifPresent(features -> features.drop("kvm", "hap"));
    }

    private static void byHand(Adapting adapting) {
        List<String> own = adapting.domain().children().stream()
                .map(EditableXml::name)
                .filter(name -> name.startsWith(NAMESPACE))
                .filter(name -> !Set.of("qemu:capabilities").contains(name))
                .toList();
        if (!own.isEmpty()) {
            adapting.tell(
                    "The definition has settings for QEMU itself (%s), which are taken over unseen.",
                    String.join(", ", own));
        }
    }
}
