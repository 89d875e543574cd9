package dev.lifeboat.hypervisor.libvirt.adaptation;

import java.util.List;

/** From what the machine starts: not from the network, where it would wait for a server that may not be there. */
final class BootOrder {

    private BootOrder() {}

    static void adapt(Adapting adapting) {
        EditableXml os = adapting.domain().need("os");
        List<EditableXml> cards = adapting.devices("interface").stream()
                .filter(card -> card.has("boot"))
                .toList();
        List<EditableXml> network = os.children("boot").stream()
                .filter(boot -> boot.get("dev").equals("network"))
                .toList();
        if (cards.isEmpty() && network.isEmpty()) {
            return;
        }
        boolean hasDisk = adapting.devices("disk").stream()
                .anyMatch(disk -> disk.get("device").equals("disk"));
        if (!hasDisk) {
            adapting.tell("The machine has no disk and starts from the network: it needs its boot server here.");
            return;
        }
        cards.forEach(card -> card.drop("boot"));
        network.forEach(EditableXml::remove);
        boolean saysWhere = os.has("boot") || adapting.devices("disk").stream().anyMatch(disk -> disk.has("boot"));
        if (!saysWhere) {
            os.add("boot").set("dev", "hd");
        }
        adapting.tell(
                "The machine starts from its disk; it would have tried the network, where nobody may answer here.");
    }
}
