package dev.lifeboat.network;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A network as it is wanted: a switch to plug machines into, with a router that has the gateway's address, gives
 * addresses by DHCP and answers for names. Cards without a reservation get any free address of the subnet.
 *
 * <p>Nothing is checked here but the shape of each part; {@link Clashes} finds what does not go together.
 *
 * @param name unique in its realm
 * @param subnet its addresses
 * @param gateway the router's address, which is also the resolver that DHCP names
 * @param forward what leads out of it
 * @param domain that DHCP tells; a short name is answered with it appended, too
 * @param reservations of cards
 * @param names to be answered by the resolver, with the address of each; in every network of the realm
 */
public record RecoveryNetwork(
        Label name,
        Subnet subnet,
        Ipv4Address gateway,
        ForwardMode forward,
        Optional<DnsName> domain,
        List<Reservation> reservations,
        SortedMap<DnsName, Ipv4Address> names) {

    public RecoveryNetwork {
        reservations = List.copyOf(reservations);
        names = Collections.unmodifiableSortedMap(new TreeMap<>(names));
    }

    /** One without machines, domain or names. */
    public static RecoveryNetwork of(String name, String subnet, String gateway, ForwardMode forward) {
        return new RecoveryNetwork(
                new Label(name),
                Subnet.of(subnet),
                Ipv4Address.of(gateway),
                forward,
                Optional.empty(),
                List.of(),
                Collections.emptySortedMap());
    }

    /** The same with another card. */
    public RecoveryNetwork reserving(String machine, String mac, String address) {
        List<Reservation> more = new java.util.ArrayList<>(reservations);
        more.add(new Reservation(new Label(machine), new MacAddress(mac), Ipv4Address.of(address)));
        return new RecoveryNetwork(name, subnet, gateway, forward, domain, more, names);
    }

    /** The same with other names. */
    public RecoveryNetwork naming(Map<DnsName, Ipv4Address> others) {
        return new RecoveryNetwork(name, subnet, gateway, forward, domain, reservations, new TreeMap<>(others));
    }

    /** The same with a domain. */
    public RecoveryNetwork within(DnsName other) {
        return new RecoveryNetwork(name, subnet, gateway, forward, Optional.of(other), reservations, names);
    }

    /** The same with another way out. */
    public RecoveryNetwork forwarding(ForwardMode other) {
        return new RecoveryNetwork(name, subnet, gateway, other, domain, reservations, names);
    }
}
