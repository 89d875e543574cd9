package dev.lifeboat.hypervisor.libvirt.adaptation;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The network interfaces: each on a bridge of this host, or on nothing. */
final class Interfaces {

    /** What speaks of the network that it was plugged into, or of devices of the host. */
    private static final String[] OF_THE_HOST = {
        "source",
        "target",
        "backend",
        "virtualport",
        "actual",
        "guest",
        "ip",
        "route",
        "script",
        "local",
        "portForward",
        "tune"
    };

    /** Of the driver, what a guest could notice. */
    private static final Set<String> DRIVER = Set.of(
            "queues",
            "rx_queue_size",
            "tx_queue_size",
            "txmode",
            "ioeventfd",
            "event_idx",
            "iommu",
            "ats",
            "packed",
            "page_per_vq",
            "rss",
            "rss_hash_report");

    private Interfaces() {}

    static void adapt(Adapting adapting) {
        for (EditableXml card : adapting.devices("interface")) {
            String mac = card.get("mac", "address").toLowerCase(Locale.ROOT);
            if (card.get("teaming", "type").equals("transient")) {
                card.remove();
                adapting.tell(
                        "The faster one of two paired interfaces (%s) was a device of its host and is not there.", mac);
                continue;
            }
            card.drop("teaming");
            strip(adapting, card, mac);
            plug(adapting, card, mac, adapting.wanted().bridges().get(mac));
        }
    }

    private static void strip(Adapting adapting, EditableXml card, String mac) {
        boolean wasDevice =
                card.get("type").equals("hostdev") || card.get("type").equals("vdpa");
        card.drop(OF_THE_HOST);
        card.unset("managed");
        card.unset("trustGuestRxFilters");
        if (wasDevice) {
            card.drop("driver", "rom", "model");
            adapting.tell("Interface %s was a device of its host; the guest sees a virtio card in its place.", mac);
        }
        if (!card.has("model")) {
            card.add("model").set("type", "virtio");
        }
        card.child("driver").ifPresent(driver -> driver.keepAttributes(DRIVER));
        if (card.drop("vlan")) {
            adapting.tell("Interface %s has no VLAN tag of its host's here.", mac);
        }
        if (card.drop("filterref")) {
            adapting.tell("The packet filter of interface %s is not applied here: rules of the network are.", mac);
        }
        card.child("bandwidth", "inbound").ifPresent(inbound -> inbound.unset("floor"));
    }

    private static void plug(Adapting adapting, EditableXml card, String mac, @Nullable String bridge) {
        if (bridge == null) {
            // A card that is on nothing at all: whoever sets its link up by hand reaches nobody either.
            card.set("type", "ethernet");
            card.need("link").set("state", "down");
            card.drop("port");
            adapting.tell("Interface %s is not plugged in: no network here was named for it.", mac);
        } else {
            card.set("type", "bridge");
            card.add("source").set("bridge", bridge);
        }
    }
}
