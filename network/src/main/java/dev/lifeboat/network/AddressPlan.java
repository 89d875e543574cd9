package dev.lifeboat.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which card gets which address.
 *
 * @param cards in the order in which they were asked about
 * @param clashes what does not go together; then nothing of it may be used
 */
public record AddressPlan(List<PlannedCard> cards, List<Clash> clashes) {

    public AddressPlan {
        cards = List.copyOf(cards);
        clashes = List.copyOf(clashes);
    }

    /**
     * A card in its new network.
     *
     * @param address its new address; empty when DHCP gives it any
     */
    public record PlannedCard(Label machine, MacAddress mac, Label network, Optional<Ipv4Address> address) {}

    /** The networks with reservations for these cards in addition to those that they have. */
    public List<RecoveryNetwork> reserve(List<RecoveryNetwork> networks) {
        return networks.stream().map(this::reserve).toList();
    }

    private RecoveryNetwork reserve(RecoveryNetwork network) {
        List<Reservation> reservations = new ArrayList<>(network.reservations());
        for (PlannedCard card : cards) {
            if (card.network().equals(network.name())) {
                card.address()
                        .ifPresent(address -> reservations.add(new Reservation(card.machine(), card.mac(), address)));
            }
        }
        return new RecoveryNetwork(
                network.name(),
                network.subnet(),
                network.gateway(),
                network.forward(),
                network.domain(),
                reservations,
                network.names());
    }
}
