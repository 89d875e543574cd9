package dev.lifeboat.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetTest {

    @Test
    void aSubnetKnowsItsFirstAndLastAddresses() {
        Subnet subnet = Subnet.of("10.1.2.64/26");

        assertThat(List.of(subnet.network(), subnet.first(), subnet.last(), subnet.broadcast(), subnet.mask()))
                .extracting(Ipv4Address::toString)
                .containsExactly("10.1.2.64", "10.1.2.65", "10.1.2.126", "10.1.2.127", "255.255.255.192");
        assertThat(subnet.canBeAMachines(Ipv4Address.of("10.1.2.65"))).isTrue();
        assertThat(subnet.canBeAMachines(Ipv4Address.of("10.1.2.64"))).isFalse();
        assertThat(subnet.canBeAMachines(Ipv4Address.of("10.1.2.127"))).isFalse();
        assertThat(subnet.canBeAMachines(Ipv4Address.of("10.1.2.128"))).isFalse();
        assertThat(subnet).hasToString("10.1.2.64/26");
    }

    @Test
    void subnetsOverlapWhenOneIsInTheOther() {
        assertThat(Subnet.of("10.0.0.0/8").overlaps(Subnet.of("10.1.0.0/24"))).isTrue();
        assertThat(Subnet.of("10.1.0.0/24").overlaps(Subnet.of("10.0.0.0/8"))).isTrue();
        assertThat(Subnet.of("10.1.0.0/25").overlaps(Subnet.of("10.1.0.128/25")))
                .isFalse();
        assertThat(Subnet.EVERYWHERE.overlaps(Subnet.of("255.255.255.255/32"))).isTrue();
    }

    @Test
    void addressesAreOrderedAsTheyAreCounted() {
        assertThat(List.of(Ipv4Address.of("9.255.255.255"), Ipv4Address.of("10.0.0.0"), Ipv4Address.of("200.0.0.0")))
                .isSorted();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0", "10.0.0.256", "10.0.0.01", "10.0.0.0.0", "fe80::1", "10.0.0.0 ", "-1.0.0.0"})
    void whatIsNoAddressIsRefused(String text) {
        unreadable(() -> Ipv4Address.of(text), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/24", "fe80::/64", "10.0.0.0/-1"})
    void whatIsNoSubnetIsRefused(String text) {
        unreadable(() -> Subnet.of(text), "such as");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "52:54:00:00:00", "52-54-00-00-00-05", "53:54:00:00:00:05", "52:54:00:00:00:0g"})
    void whatIsNoCardsAddressIsRefused(String text) {
        unreadable(() -> new MacAddress(text), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-db", "db-", "db..example", "db.", "d b", "db,10.0.0.1", "db\nserver=1.2.3.4", "db/x"})
    void whatIsNoNameIsRefused(String text) {
        unreadable(() -> new DnsName(text), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\"b", "a\nb", "-a", "ä", "12345678901234567890123456789012345678901"})
    void whatIsNoLabelIsRefused(String text) {
        unreadable(() -> new Label(text), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp 0.0.0.0:80 to 10.1.0.5:8080", "udp 192.0.2.1:65535 to 10.1.0.5:1"})
    void aPublishedPortIsReadAsItIsWritten(String text) {
        assertThat(PublishedPort.of(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tcp 0.0.0.0:0 to 10.1.0.5:80", "tcp 0.0.0.0:80 to 10.1.0.5:65536", "icmp 1.2.3.4:1 to 1.2.3.4:1"
            })
    void whatIsNoPublishedPortIsRefused(String text) {
        unreadable(() -> PublishedPort.of(text), "");
    }

    @Test
    void anAllowRuleIsReadAsItIsWritten() {
        assertThat(AllowRule.of("udp 0.0.0.0/0 to 10.1.0.5:53")).hasToString("udp 0.0.0.0/0 to 10.1.0.5:53");
        unreadable(() -> AllowRule.of("tcp 10.0.0.1/24 to 10.1.0.5:80"), "10.0.0.1/24");
    }

    @Test
    void theMarkOfARealmIsReadAsItIsWrittenAndFitsIntoAComment() {
        RealmMark mark = new RealmMark(
                RealmKind.RECOVERY, new Label("r".repeat(40)), new Label("o".repeat(40)), 16, "0123456789ab");

        assertThat(mark.toString().length()).isLessThan(128);
        assertThat(RealmMark.read(mark.toString())).contains(mark);
        assertThat(RealmMark.read("lifeboat something else")).isEmpty();
    }

    private static void unreadable(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String text) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NET_UNREADABLE))
                .hasMessageContaining(text);
    }
}
