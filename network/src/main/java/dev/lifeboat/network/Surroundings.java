package dev.lifeboat.network;

import java.util.List;
import java.util.Set;

/**
 * What a host has at one moment, as far as a new realm could clash with it.
 *
 * @param subnets that the host itself has addresses or routes of, except ways into realms and the default route
 * @param addresses of the host itself
 * @param listeners ports on which programs of the host listen
 * @param realms that are there
 */
public record Surroundings(
        List<HostSubnet> subnets, Set<Ipv4Address> addresses, Set<Listener> listeners, List<RealmState> realms) {

    public Surroundings {
        subnets = List.copyOf(subnets);
        addresses = Set.copyOf(addresses);
        listeners = Set.copyOf(listeners);
        realms = List.copyOf(realms);
    }

    /**
     * Addresses that the host reaches by itself.
     *
     * @param subnet which
     * @param link through which link, for people
     */
    public record HostSubnet(Subnet subnet, String link) {}

    /**
     * A port on which a program of the host listens.
     *
     * @param address where; {@link Ipv4Address#ANY} for all
     */
    public record Listener(Protocol protocol, Ipv4Address address, int port) {

        boolean isInTheWayOf(PublishedPort published) {
            return protocol == published.protocol()
                    && port == published.hostPort()
                    && (address.equals(Ipv4Address.ANY)
                            || published.hostAddress().equals(Ipv4Address.ANY)
                            || address.equals(published.hostAddress()));
        }
    }
}
