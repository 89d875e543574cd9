package dev.lifeboat.recovery;

import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.NetworkInterface;
import dev.lifeboat.network.AddressChoice;
import dev.lifeboat.network.AddressMapping;
import dev.lifeboat.network.AddressPlan;
import dev.lifeboat.network.AddressPlan.PlannedCard;
import dev.lifeboat.network.Bubble;
import dev.lifeboat.network.Clash;
import dev.lifeboat.network.DnsName;
import dev.lifeboat.network.Ipv4Address;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.MacAddress;
import dev.lifeboat.network.MachineCard;
import dev.lifeboat.network.NetworkState;
import dev.lifeboat.network.Openings;
import dev.lifeboat.network.PublishedPort;
import dev.lifeboat.network.Realm;
import dev.lifeboat.network.RealmState;
import dev.lifeboat.network.RecoveryNetwork;
import dev.lifeboat.network.RecoveryRealm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which networks a recovery makes, which card of which machine goes where with which address, and what leads in. Made
 * from the order and the machines' descriptions alone; the same for the same.
 */
final class NetworkPlan {

    private final RecoveryOrder order;
    private final Map<String, MachineDescription> machines;
    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<MacAddress, PlannedCard> cards = new LinkedHashMap<>();
    private List<RecoveryNetwork> networks = List.of();

    /**
     * A plan.
     *
     * @param machines by their names in the point
     */
    NetworkPlan(RecoveryOrder order, Map<String, MachineDescription> machines) {
        this.order = order;
        this.machines = new LinkedHashMap<>(machines);
        plan();
    }

    private void plan() {
        networks = order.networks().stream().map(NetworkPlan::network).toList();
        Map<Label, Label> homes = new HashMap<>();
        order.networks().forEach(network -> network.home().forEach(home -> homes.put(new Label(home), network.name())));
        List<MachineCard> mapped = new ArrayList<>();
        Map<MacAddress, AddressChoice> choices = new HashMap<>();
        machines.forEach((machine, description) -> {
            for (NetworkInterface one : description.interfaces()) {
                Label home = new Label(home(one));
                if (homes.containsKey(home)) {
                    MachineCard card = card(machine, one, home);
                    mapped.add(card);
                    if (card.address().isEmpty()) {
                        choices.put(card.mac(), AddressChoice.BY_DHCP);
                        notes.add("The address of %s at home is not known (card %s): it gets any free one by DHCP."
                                .formatted(machine, one.mac()));
                    }
                } else if (!order.bridges().containsKey(home.text())) {
                    notes.add("Nothing was said of network %s: card %s of %s is left unplugged."
                            .formatted(home, one.mac(), machine));
                }
            }
        });
        AddressPlan plan = new AddressMapping(homes, choices).plan(mapped, networks);
        plan.clashes().stream().map(Clash::text).forEach(problems::add);
        plan.cards().forEach(card -> cards.put(card.mac(), card));
        TreeMap<DnsName, Ipv4Address> names = new TreeMap<>();
        plan.cards()
                .forEach(card -> card.address()
                        .ifPresent(address ->
                                names.putIfAbsent(new DnsName(card.machine().text()), address)));
        networks = plan.reserve(networks).stream()
                .map(network -> network.naming(names))
                .toList();
    }

    private static RecoveryNetwork network(RecoveryOrder.Network wanted) {
        return RecoveryNetwork.of(
                wanted.name().text(),
                wanted.subnet().toString(),
                wanted.gateway().orElseGet(() -> wanted.subnet().first()).toString(),
                wanted.forward());
    }

    /** What a card is plugged into, without the kind of thing that it is. */
    static String home(NetworkInterface one) {
        return one.network().substring(one.network().indexOf(':') + 1);
    }

    private static MachineCard card(String machine, NetworkInterface one, Label home) {
        return new MachineCard(new Label(machine), new MacAddress(one.mac()), home, address(one));
    }

    /** The address that a card had at home, if one is known. */
    static Optional<MachineCard.HomeAddress> address(NetworkInterface one) {
        return one.addresses().stream()
                .filter(text -> text.contains("/") && !text.contains(":"))
                .sorted()
                .findFirst()
                .map(MachineCard.HomeAddress::of);
    }

    /** What stands against it, as far as the order and the machines tell. */
    List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        for (RecoveryOrder.Port port : order.ports()) {
            if (addressOf(port.machine()).isEmpty()) {
                all.add("Port %d is to lead to %s, whose address is not known before it has started."
                        .formatted(port.hostPort(), port.machine()));
            }
        }
        if (order.isTest()) {
            all.addAll(problemsOfATest());
        }
        return all;
    }

    /** Its machines have the addresses and the hardware addresses of the originals, which must not meet them. */
    private List<String> problemsOfATest() {
        List<String> all = new ArrayList<>();
        if (!order.ports().isEmpty()) {
            all.add("Nothing may lead into a test: its machines have the addresses of the originals.");
        }
        order.bridges()
                .forEach((home, bridge) -> all.add(
                        "A test is not plugged into bridge %s in place of %s: its machines have the addresses of the originals."
                                .formatted(bridge, home)));
        if (order.name().equals(order.point().group())) {
            all.add("A test of group %s needs another name: that one is for a real recovery of the group."
                    .formatted(order.name()));
        }
        return all;
    }

    /** What a person should know before it is done. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /** The networks; empty when none is made. */
    Optional<Realm> realm() {
        if (networks.isEmpty()) {
            return Optional.empty();
        }
        Label name = new Label(order.name());
        return Optional.of(
                order.isTest() ? new Bubble(name, name, networks) : new RecoveryRealm(name, name, networks, List.of()));
    }

    /** What leads in once the machines are ready. */
    Openings openings() {
        return new Openings(
                order.ports().stream()
                        .flatMap(port -> addressOf(port.machine())
                                .map(address -> new PublishedPort(
                                        port.protocol(), port.address(), port.hostPort(), address, port.machinePort()))
                                .stream())
                        .toList(),
                List.of());
    }

    /** The address that a machine will have, when that is decided here. */
    Optional<Ipv4Address> addressOf(String machine) {
        return cards.values().stream()
                .filter(card -> card.machine().text().equals(machine))
                .flatMap(card -> card.address().stream())
                .findFirst();
    }

    /** The cards of a machine whose addresses are decided here. */
    List<FixedAddresses.Card> cardsOf(String machine) {
        List<FixedAddresses.Card> found = new ArrayList<>();
        for (PlannedCard card : cards.values()) {
            if (card.machine().text().equals(machine)) {
                networks.stream()
                        .filter(network -> network.name().equals(card.network()))
                        .forEach(network -> card.address()
                                .ifPresent(address -> found.add(new FixedAddresses.Card(
                                        card.mac().toString(), network.subnet(), network.gateway(), address))));
            }
        }
        return found;
    }

    /**
     * The bridge of each card of a machine, by hardware address; those that are left unplugged have none.
     *
     * @param made the networks as they are there; empty before they are made: then a name stands for them
     */
    Map<String, String> bridges(String machine, Optional<RealmState> made) {
        Map<String, String> bridges = new HashMap<>();
        MachineDescription description = machines.get(machine);
        for (NetworkInterface one : description == null ? List.<NetworkInterface>of() : description.interfaces()) {
            PlannedCard card = cards.get(new MacAddress(one.mac()));
            String existing = order.bridges().get(home(one));
            if (card != null) {
                bridges.put(
                        one.mac(),
                        made.flatMap(realm -> realm.network(card.network()))
                                .map(NetworkState::bridge)
                                .orElse("not-made-yet"));
            } else if (existing != null) {
                bridges.put(one.mac(), existing);
            }
        }
        return bridges;
    }
}
