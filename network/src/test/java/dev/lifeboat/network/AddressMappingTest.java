package dev.lifeboat.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.network.AddressChoice.Fixed;
import dev.lifeboat.network.Clash.Kind;
import dev.lifeboat.network.MachineCard.HomeAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AddressMappingTest {

    private static final Label HOME = new Label("br0");
    private static final Label LAN = new Label("lan");
    private static final MacAddress WEB = new MacAddress("52:54:00:00:00:05");
    private static final MacAddress DB = new MacAddress("52:54:00:00:00:06");
    private static final RecoveryNetwork NETWORK =
            RecoveryNetwork.of("lan", "10.2.0.0/24", "10.2.0.1", ForwardMode.NAT);

    private static MachineCard card(String machine, MacAddress mac, String address) {
        return new MachineCard(
                new Label(machine),
                mac,
                HOME,
                address.isEmpty() ? Optional.empty() : Optional.of(HomeAddress.of(address)));
    }

    private static AddressPlan plan(Map<MacAddress, AddressChoice> choices, MachineCard... cards) {
        return new AddressMapping(Map.of(HOME, LAN), choices).plan(List.of(cards), List.of(NETWORK));
    }

    private static List<String> addresses(AddressPlan plan) {
        return plan.cards().stream()
                .map(card -> card.address().map(Ipv4Address::toString).orElse("any"))
                .toList();
    }

    @Test
    void aCardKeepsItsHostPartGetsAFixedAddressOrAnyByDhcp() {
        MacAddress mail = new MacAddress("52:54:00:00:00:07");
        AddressPlan plan = plan(
                Map.of(DB, new Fixed(Ipv4Address.of("10.2.0.77")), mail, AddressChoice.BY_DHCP),
                card("web", WEB, "192.168.5.5/24"),
                card("db", DB, "192.168.5.6/24"),
                card("mail", mail, ""));

        assertThat(plan.clashes()).isEmpty();
        assertThat(addresses(plan)).containsExactly("10.2.0.5", "10.2.0.77", "any");
        assertThat(plan.reserve(List.of(NETWORK)).getFirst().reservations())
                .containsExactly(
                        new Reservation(new Label("web"), WEB, Ipv4Address.of("10.2.0.5")),
                        new Reservation(new Label("db"), DB, Ipv4Address.of("10.2.0.77")));
    }

    @Test
    void theHostPartIsThatOfTheSubnetAtHome() {
        assertThat(addresses(plan(Map.of(), card("web", WEB, "10.7.3.205/29")))).containsExactly("10.2.0.5");
        assertThat(addresses(plan(Map.of(), card("web", WEB, "172.16.0.9/16")))).containsExactly("10.2.0.9");
    }

    @Test
    void whatDoesNotGoTogetherIsFoundAtOnce() {
        AddressPlan plan = plan(
                Map.of(DB, new Fixed(Ipv4Address.of("10.2.0.5"))),
                card("web", WEB, "192.168.5.5/24"),
                card("db", DB, "192.168.5.6/24"),
                card("large", new MacAddress("52:54:00:00:00:08"), "172.16.1.5/16"),
                card("gateway", new MacAddress("52:54:00:00:00:09"), "192.168.5.1/24"),
                card("unknown", new MacAddress("52:54:00:00:00:0a"), ""),
                new MachineCard(
                        new Label("elsewhere"),
                        new MacAddress("52:54:00:00:00:0b"),
                        new Label("br9"),
                        Optional.empty()));

        assertThat(plan.clashes())
                .extracting(Clash::kind)
                .containsExactly(
                        Kind.ADDRESS_TWICE,
                        Kind.HOST_PART_TOO_LARGE,
                        Kind.ADDRESS_RESERVED,
                        Kind.ADDRESS_UNKNOWN,
                        Kind.NOT_MAPPED);
        assertThat(plan.clashes().getFirst().text()).contains("10.2.0.5", "web", "db");
    }

    @Test
    void aFixedAddressHasToBeInTheSubnet() {
        assertThat(plan(Map.of(WEB, new Fixed(Ipv4Address.of("10.3.0.5"))), card("web", WEB, ""))
                        .clashes())
                .extracting(Clash::kind)
                .containsExactly(Kind.ADDRESS_OUTSIDE);
    }
}
