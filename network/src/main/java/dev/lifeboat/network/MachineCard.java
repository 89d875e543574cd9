package dev.lifeboat.network;

import java.util.Optional;

/**
 * A network card of a machine as it is at home.
 *
 * @param machine whose it is
 * @param mac its hardware address, which it keeps
 * @param network what it is plugged into at home
 * @param address its address at home, if it is known
 */
public record MachineCard(Label machine, MacAddress mac, Label network, Optional<HomeAddress> address) {

    /**
     * An address and the subnet that it is of.
     *
     * @param prefix 0 to 32
     */
    public record HomeAddress(Ipv4Address address, int prefix) {

        /** Reads an address with a prefix length, such as {@code 10.1.0.5/24}. */
        public static HomeAddress of(String text) {
            int slash = Math.max(0, text.indexOf('/'));
            Ipv4Address address = Ipv4Address.of(text.substring(0, slash));
            return new HomeAddress(
                    address, Subnet.of("0.0.0.0" + text.substring(slash)).prefix());
        }

        int hostPart() {
            return Subnet.around(address, prefix).hostPart(address);
        }
    }
}
