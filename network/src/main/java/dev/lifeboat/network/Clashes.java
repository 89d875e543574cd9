package dev.lifeboat.network;

import com.google.errorprone.annotations.FormatMethod;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.network.Clash.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds what does not go together, by looking at definitions alone. Used by one thread, for one question. */
public final class Clashes {

    /** A larger one than 10.0.0.0/8 does not exist for private use (RFC 1918). */
    private static final int SHORTEST_PREFIX = 8;

    /** A smaller one has no room for a router and a machine. */
    private static final int LONGEST_PREFIX = 30;

    /** 127.0.0.0/8 never leaves a host (RFC 1122, section 3.2.1.3). */
    private static final Subnet LOOPBACK = Subnet.of("127.0.0.0/8");

    private final List<Clash> found = new ArrayList<>();

    private Clashes() {}

    /** Those of a realm, in itself and with a host. */
    public static List<Clash> of(Realm realm, Surroundings host) {
        Clashes clashes = new Clashes();
        clashes.lookAtNetworks(realm.networks());
        clashes.lookAtNames(realm);
        clashes.lookAtTheName(realm, host);
        if (realm.kind() == RealmKind.RECOVERY) {
            clashes.lookAtTheHost(realm, host);
        }
        return clashes.found;
    }

    /** Those of openings of a realm that has these networks. */
    public static List<Clash> of(RealmId realm, List<RecoveryNetwork> networks, Openings openings, Surroundings host) {
        Clashes clashes = new Clashes();
        List<PublishedPort> seen = new ArrayList<>();
        for (PublishedPort port : openings.ports()) {
            clashes.lookAtThePort(realm, port, host);
            clashes.lookAtTheMachine(networks, port.toString(), port.machine(), ForwardMode.NAT);
            seen.stream()
                    .filter(port::collidesWith)
                    .forEach(other -> clashes.add(Kind.PORT_TWICE, "%s and %s want the same port.", other, port));
            seen.add(port);
        }
        for (AllowRule rule : openings.rules()) {
            clashes.lookAtTheMachine(networks, rule.toString(), rule.machine(), ForwardMode.ROUTED);
        }
        return clashes.found;
    }

    /**
     * Refuses when there is any.
     *
     * @throws LifeboatException with {@link ErrorCode#NET_CLASH} that says all of them
     */
    public static void refuse(List<Clash> clashes) {
        if (!clashes.isEmpty()) {
            throw new LifeboatException(
                    ErrorCode.NET_CLASH, clashes.stream().map(Clash::text).collect(Collectors.joining(" ")));
        }
    }

    @FormatMethod
    private void add(Kind kind, String text, Object... parts) {
        found.add(new Clash(kind, text.formatted(parts)));
    }

    private void lookAtNetworks(List<RecoveryNetwork> networks) {
        if (networks.isEmpty() || networks.size() > Realm.MOST_NETWORKS) {
            add(Kind.NETWORK_COUNT, "%d networks: 1 to %d go together.", networks.size(), Realm.MOST_NETWORKS);
        }
        Map<MacAddress, Reservation> cards = new HashMap<>();
        for (int i = 0; i < networks.size(); i++) {
            RecoveryNetwork network = networks.get(i);
            for (RecoveryNetwork earlier : networks.subList(0, i)) {
                if (network.name().equals(earlier.name())) {
                    add(Kind.NETWORK_TWICE, "The network %s is named twice.", network.name());
                }
                if (network.subnet().overlaps(earlier.subnet())) {
                    add(
                            Kind.SUBNETS_OVERLAP,
                            "%s of %s and %s of %s share addresses.",
                            earlier.subnet(),
                            earlier.name(),
                            network.subnet(),
                            network.name());
                }
            }
            lookAtTheSubnet(network);
            lookAtReservations(network, cards);
        }
    }

    private void lookAtTheSubnet(RecoveryNetwork network) {
        Subnet subnet = network.subnet();
        if (subnet.prefix() < SHORTEST_PREFIX || subnet.prefix() > LONGEST_PREFIX) {
            add(
                    Kind.SUBNET_SIZE,
                    "%s of %s: the number behind the slash has to be %d to %d.",
                    subnet,
                    network.name(),
                    SHORTEST_PREFIX,
                    LONGEST_PREFIX);
        } else if (!subnet.canBeAMachines(network.gateway())) {
            add(
                    Kind.GATEWAY_UNFIT,
                    "The gateway %s of %s is no address for a router in %s.",
                    network.gateway(),
                    network.name(),
                    subnet);
        }
    }

    private void lookAtReservations(RecoveryNetwork network, Map<MacAddress, Reservation> cards) {
        Map<Ipv4Address, Reservation> addresses = new HashMap<>();
        for (Reservation reservation : network.reservations()) {
            Ipv4Address address = reservation.address();
            fit(network, address, reservation.machine()).ifPresent(found::add);
            Reservation other = addresses.putIfAbsent(address, reservation);
            if (other != null) {
                add(
                        Kind.ADDRESS_TWICE,
                        "%s is to be the address of %s and of %s.",
                        address,
                        other.machine(),
                        reservation.machine());
            }
            if (cards.putIfAbsent(reservation.mac(), reservation) != null) {
                add(
                        Kind.CARD_TWICE,
                        "The network card %s of %s is named twice.",
                        reservation.mac(),
                        reservation.machine());
            }
        }
    }

    /** Why a machine cannot have this address in this network. */
    static Optional<Clash> fit(RecoveryNetwork network, Ipv4Address address, Label machine) {
        if (!network.subnet().contains(address)) {
            return Optional.of(new Clash(
                    Kind.ADDRESS_OUTSIDE,
                    "The address %s of %s is not in %s of %s."
                            .formatted(address, machine, network.subnet(), network.name())));
        }
        String what;
        if (address.equals(network.gateway())) {
            what = "the gateway's";
        } else if (address.equals(network.subnet().network())) {
            what = "the network's own";
        } else if (address.equals(network.subnet().broadcast())) {
            what = "for broadcasts";
        } else {
            return Optional.empty();
        }
        return Optional.of(new Clash(
                Kind.ADDRESS_RESERVED,
                "%s cannot have %s: in %s that is %s.".formatted(machine, address, network.name(), what)));
    }

    private void lookAtNames(Realm realm) {
        RealmNames.of(realm).forEach((name, addresses) -> {
            if (addresses.size() > 1) {
                add(Kind.NAME_TWICE, "The name %s is to have several addresses: %s.", name, addresses);
            }
        });
    }

    private void lookAtTheName(Realm realm, Surroundings host) {
        RealmMark wanted = RealmMark.of(realm);
        host.realms().stream()
                .filter(state -> state.id().equals(realm.id()))
                .flatMap(state -> state.mark().stream())
                .filter(mark -> !mark.equals(wanted))
                .forEach(mark -> add(
                        Kind.REALM_TAKEN,
                        "%s is there already: a %s of %s with %d networks%s.",
                        mark.name(),
                        mark.kind().code(),
                        mark.owner(),
                        mark.networks(),
                        mark.owner().equals(wanted.owner()) ? ", which are not those that are wanted" : ""));
    }

    private void lookAtTheHost(Realm realm, Surroundings host) {
        for (RecoveryNetwork network : realm.networks()) {
            Set<String> said = new HashSet<>();
            host.subnets().stream()
                    .filter(other -> other.subnet().overlaps(network.subnet()))
                    .map(other -> "%s of %s has addresses of %s, which this host has at %s."
                            .formatted(network.subnet(), network.name(), other.subnet(), other.link()))
                    .filter(said::add)
                    .forEach(text -> found.add(new Clash(Kind.SUBNET_OF_THE_HOST, text)));
            for (RealmState other : host.realms()) {
                if (!other.id().equals(realm.id()) && isARecovery(other)) {
                    other.networks().stream()
                            .filter(taken -> taken.subnet().overlaps(network.subnet()))
                            .forEach(taken -> add(
                                    Kind.SUBNET_OF_ANOTHER_REALM,
                                    "%s of %s has addresses of %s, which %s has here.",
                                    network.subnet(),
                                    network.name(),
                                    taken.subnet(),
                                    nameOf(other)));
                }
            }
        }
    }

    /** Without a mark it may be one. */
    private static boolean isARecovery(RealmState state) {
        return state.mark().map(mark -> mark.kind() == RealmKind.RECOVERY).orElse(true);
    }

    private static String nameOf(RealmState state) {
        return state.mark().map(mark -> mark.name().text()).orElse(state.id().text());
    }

    private void lookAtThePort(RealmId realm, PublishedPort port, Surroundings host) {
        Ipv4Address address = port.hostAddress();
        if (!address.equals(Ipv4Address.ANY)
                && (LOOPBACK.contains(address) || !host.addresses().contains(address))) {
            add(
                    Kind.NOT_AN_ADDRESS_OF_THE_HOST,
                    "%s: %s is no address of this host that others can reach.",
                    port,
                    address);
        }
        if (host.listeners().stream().anyMatch(listener -> listener.isInTheWayOf(port))) {
            add(Kind.PORT_TAKEN, "%s: a program of this host listens on that port.", port);
        }
        for (RealmState other : host.realms()) {
            if (!other.id().equals(realm)) {
                other.openings().ports().stream()
                        .filter(port::collidesWith)
                        .forEach(taken -> add(Kind.PORT_TAKEN, "%s: %s has published %s.", port, nameOf(other), taken));
            }
        }
    }

    private void lookAtTheMachine(
            List<RecoveryNetwork> networks, String opening, Ipv4Address machine, ForwardMode atLeast) {
        Optional<RecoveryNetwork> home = networks.stream()
                .filter(network -> network.subnet().canBeAMachines(machine)
                        && !network.gateway().equals(machine))
                .findFirst();
        if (home.isEmpty()) {
            add(Kind.NO_SUCH_MACHINE, "%s: no network of the realm can have a machine at %s.", opening, machine);
        } else if (home.get().forward().compareTo(atLeast) < 0) {
            add(
                    Kind.NOT_OPENABLE,
                    "%s: the network %s is %s, and it would have to be %s.",
                    opening,
                    home.get().name(),
                    home.get().forward().code(),
                    atLeast == ForwardMode.ROUTED ? "routed" : "nat or routed");
        }
    }
}
