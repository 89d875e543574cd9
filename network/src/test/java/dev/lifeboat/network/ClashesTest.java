package dev.lifeboat.network;

import static dev.lifeboat.network.ForwardMode.ISOLATED;
import static dev.lifeboat.network.ForwardMode.NAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.network.Clash.Kind;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClashesTest {

    private static final Surroundings NOTHING = new Surroundings(List.of(), Set.of(), Set.of(), List.of());
    private static final RecoveryNetwork LAN = RecoveryNetwork.of("lan", "10.1.0.0/24", "10.1.0.1", NAT);

    private static List<Kind> clashes(RecoveryNetwork... networks) {
        return Clashes.of(new RecoveryRealm(new Label("shop"), new Label("run"), List.of(networks), List.of()), NOTHING)
                .stream()
                .map(Clash::kind)
                .toList();
    }

    @Test
    void whatGoesTogetherIsNoClash() {
        assertThat(clashes(
                        LAN.reserving("web", "52:54:00:00:00:05", "10.1.0.5")
                                .reserving("web", "52:54:00:00:00:06", "10.1.0.6"),
                        RecoveryNetwork.of("dmz", "10.1.1.0/30", "10.1.1.2", ISOLATED)))
                .isEmpty();
    }

    @Test
    void addressesThatNoMachineCanHave() {
        assertThat(clashes(LAN.reserving("a", "52:54:00:00:00:01", "10.1.1.5"))).containsExactly(Kind.ADDRESS_OUTSIDE);
        assertThat(clashes(LAN.reserving("a", "52:54:00:00:00:01", "10.1.0.0")
                        .reserving("b", "52:54:00:00:00:02", "10.1.0.255")
                        .reserving("c", "52:54:00:00:00:03", "10.1.0.1")))
                .containsExactly(Kind.ADDRESS_RESERVED, Kind.ADDRESS_RESERVED, Kind.ADDRESS_RESERVED);
    }

    @Test
    void oneAddressOrOneCardForTwo() {
        assertThat(clashes(LAN.reserving("a", "52:54:00:00:00:01", "10.1.0.5")
                        .reserving("b", "52:54:00:00:00:02", "10.1.0.5")))
                .containsExactly(Kind.ADDRESS_TWICE);
        assertThat(clashes(
                        LAN.reserving("a", "52:54:00:00:00:01", "10.1.0.5"),
                        RecoveryNetwork.of("dmz", "10.2.0.0/24", "10.2.0.1", NAT)
                                .reserving("a", "52:54:00:00:00:01", "10.2.0.5")))
                .containsExactly(Kind.CARD_TWICE);
    }

    @Test
    void networksThatDoNotStandBesideEachOther() {
        assertThat(clashes()).containsExactly(Kind.NETWORK_COUNT);
        assertThat(clashes(Collections.nCopies(17, LAN).toArray(RecoveryNetwork[]::new)))
                .contains(Kind.NETWORK_COUNT, Kind.NETWORK_TWICE, Kind.SUBNETS_OVERLAP);
        assertThat(clashes(LAN, RecoveryNetwork.of("all", "10.0.0.0/8", "10.0.0.1", NAT)))
                .containsExactly(Kind.SUBNETS_OVERLAP);
    }

    @Test
    void subnetsAndGatewaysThatAreOfNoUse() {
        assertThat(clashes(RecoveryNetwork.of("lan", "10.1.0.0/31", "10.1.0.1", NAT)))
                .containsExactly(Kind.SUBNET_SIZE);
        assertThat(clashes(RecoveryNetwork.of("lan", "0.0.0.0/1", "10.1.0.1", NAT)))
                .containsExactly(Kind.SUBNET_SIZE);
        assertThat(clashes(RecoveryNetwork.of("lan", "10.1.0.0/24", "10.1.0.255", NAT)))
                .containsExactly(Kind.GATEWAY_UNFIT);
        assertThat(clashes(RecoveryNetwork.of("lan", "10.1.0.0/24", "10.2.0.1", NAT)))
                .containsExactly(Kind.GATEWAY_UNFIT);
    }

    @Test
    void oneNameForTwoAddressesAlsoWhenTheDomainMakesItOne() {
        RecoveryNetwork front =
                LAN.within(new DnsName("example")).naming(Map.of(new DnsName("db"), Ipv4Address.of("10.1.0.6")));
        RecoveryNetwork back = RecoveryNetwork.of("back", "10.2.0.0/24", "10.2.0.1", NAT);

        assertThat(clashes(front, back.naming(Map.of(new DnsName("db.example"), Ipv4Address.of("10.2.0.6")))))
                .containsExactly(Kind.NAME_TWICE);
        assertThat(clashes(front, back.naming(Map.of(new DnsName("DB"), Ipv4Address.of("10.1.0.6")))))
                .isEmpty();
    }

    @Test
    void aBubbleIsIsolatedWhateverItsNetworksWere() {
        assertThat(new Bubble(new Label("test"), new Label("run"), List.of(LAN)).leadsOut())
                .isFalse();
    }
}
