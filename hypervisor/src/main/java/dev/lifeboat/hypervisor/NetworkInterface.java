package dev.lifeboat.hypervisor;

import java.util.List;

/**
 * A network interface of a machine.
 *
 * @param mac its hardware address, in lower case with colons
 * @param network what it is plugged into, such as {@code bridge:br0} or {@code network:default}
 * @param model that the guest sees, such as {@code virtio}
 * @param addresses of the guest, with prefix lengths, as far as they are known; in no order
 */
public record NetworkInterface(String mac, String network, String model, List<String> addresses) {

    public NetworkInterface {
        addresses = List.copyOf(addresses);
    }
}
