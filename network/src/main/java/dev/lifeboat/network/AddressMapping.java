package dev.lifeboat.network;

import dev.lifeboat.network.Clash.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which networks and addresses machines get elsewhere.
 *
 * @param networks network at home → recovery network
 * @param choices how the address of a card is found; by default it keeps its host part
 */
public record AddressMapping(Map<Label, Label> networks, Map<MacAddress, AddressChoice> choices) {

    public AddressMapping {
        networks = Map.copyOf(networks);
        choices = Map.copyOf(choices);
    }

    /**
     * What the cards get in these networks.
     *
     * @return also what does not go together; then nothing of it may be used
     */
    public AddressPlan plan(List<MachineCard> cards, List<RecoveryNetwork> defined) {
        List<AddressPlan.PlannedCard> planned = new ArrayList<>();
        List<Clash> clashes = new ArrayList<>();
        Map<Label, Map<Ipv4Address, Label>> taken = new HashMap<>();
        for (MachineCard card : cards) {
            Optional<RecoveryNetwork> network = networkFor(card, defined);
            if (network.isEmpty()) {
                clashes.add(new Clash(
                        Kind.NOT_MAPPED,
                        "The network %s of %s is mapped to %s."
                                .formatted(
                                        card.network(),
                                        card.machine(),
                                        networks.containsKey(card.network())
                                                ? networks.get(card.network()) + ", which is not defined"
                                                : "no network here")));
                continue;
            }
            Optional<Ipv4Address> address = address(card, network.get(), clashes);
            address.flatMap(one -> Clashes.fit(network.get(), one, card.machine()))
                    .ifPresent(clashes::add);
            address.ifPresent(one -> {
                Label other = taken.computeIfAbsent(network.get().name(), any -> new HashMap<>())
                        .putIfAbsent(one, card.machine());
                if (other != null) {
                    clashes.add(new Clash(
                            Kind.ADDRESS_TWICE,
                            "%s is to be the address of %s and of %s.".formatted(one, other, card.machine())));
                }
            });
            planned.add(new AddressPlan.PlannedCard(
                    card.machine(), card.mac(), network.get().name(), address));
        }
        return new AddressPlan(planned, clashes);
    }

    private Optional<RecoveryNetwork> networkFor(MachineCard card, List<RecoveryNetwork> defined) {
        Label wanted = networks.get(card.network());
        return defined.stream().filter(network -> network.name().equals(wanted)).findFirst();
    }

    private Optional<Ipv4Address> address(MachineCard card, RecoveryNetwork network, List<Clash> clashes) {
        return switch (choices.getOrDefault(card.mac(), AddressChoice.KEEP_HOST_PART)) {
            case AddressChoice.Fixed(Ipv4Address address) -> Optional.of(address);
            case AddressChoice.ByDhcp _ -> Optional.empty();
            case AddressChoice.KeepHostPart _ -> keepHostPart(card, network.subnet(), clashes);
        };
    }

    private static Optional<Ipv4Address> keepHostPart(MachineCard card, Subnet subnet, List<Clash> clashes) {
        if (card.address().isEmpty()) {
            clashes.add(new Clash(
                    Kind.ADDRESS_UNKNOWN,
                    "%s is to keep the host part of its address, and its address at home is not known (card %s)."
                            .formatted(card.machine(), card.mac())));
            return Optional.empty();
        }
        MachineCard.HomeAddress home = card.address().get();
        Ipv4Address address = new Ipv4Address(subnet.network().bits() | home.hostPart());
        if (!subnet.contains(address) || subnet.hostPart(address) != home.hostPart()) {
            clashes.add(new Clash(
                    Kind.HOST_PART_TOO_LARGE,
                    "The host part of %s/%d of %s has no room in %s."
                            .formatted(home.address(), home.prefix(), card.machine(), subnet)));
            return Optional.empty();
        }
        return Optional.of(address);
    }
}
