package dev.lifeboat.network;

import static dev.lifeboat.network.ForwardMode.ISOLATED;
import static dev.lifeboat.network.ForwardMode.NAT;
import static dev.lifeboat.network.ForwardMode.ROUTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What networks on every host do, see {@link Networks}. */
@SuppressWarnings("NullAway.Init") // made before each test
public abstract class NetworksContract {

    private static final Label SHOP = new Label("shop");
    private static final Label RUN = new Label("run-17");

    /** As long as it may be. */
    private static final Label LONG = new Label("x".repeat(40));

    private TestNetworkHost host;
    private Networks networks;

    /** A host with nothing on it, that has the address 192.0.2.1/24. */
    protected abstract TestNetworkHost host() throws Exception;

    @BeforeEach
    void connect() throws Exception {
        host = host();
        networks = host.connect();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (RealmState state : networks.observe()) {
            assertThat(networks.remove(state.id()).left()).isEmpty();
        }
        assertThat(networks.observe()).isEmpty();
        host.close();
    }

    private static RecoveryNetwork front(ForwardMode forward) {
        return RecoveryNetwork.of("front", "10.1.0.0/24", "10.1.0.1", forward)
                .reserving("web", "52:54:00:00:00:05", "10.1.0.5")
                .naming(Map.of(new DnsName("web"), Ipv4Address.of("10.1.0.5")));
    }

    private static RecoveryNetwork back(ForwardMode forward) {
        return RecoveryNetwork.of("back", "10.9.0.0/16", "10.9.255.254", forward);
    }

    private static RecoveryRealm shop(RecoveryNetwork... of) {
        return new RecoveryRealm(SHOP, RUN, List.of(of), List.of());
    }

    private static Bubble bubble(String name, RecoveryNetwork... of) {
        return new Bubble(new Label(name), RUN, List.of(of));
    }

    private static Openings port(String text) {
        return Openings.of(PublishedPort.of(text));
    }

    @Test
    void whatIsMadeIsThereAsItWasWanted() throws Exception {
        RealmState made = networks.make(shop(front(NAT), back(ISOLATED)));

        assertThat(made.isWhole()).isTrue();
        assertThat(made.id()).isEqualTo(RealmId.of(SHOP));
        assertThat(made.mark()).hasValueSatisfying(mark -> {
            assertThat(mark.kind()).isEqualTo(RealmKind.RECOVERY);
            assertThat(mark.name()).isEqualTo(SHOP);
            assertThat(mark.owner()).isEqualTo(RUN);
        });
        assertThat(made.openings()).isEqualTo(Openings.NONE);
        assertThat(made.networks()).hasSize(2);
        NetworkState front = made.network(new Label("front")).orElseThrow();
        assertThat(front.subnet()).isEqualTo(Subnet.of("10.1.0.0/24"));
        assertThat(front.gateway()).isEqualTo(Ipv4Address.of("10.1.0.1"));
        assertThat(front.forward()).isEqualTo(NAT);
        assertThat(front.plugged()).isEmpty();
        NetworkState back = made.network(new Label("back")).orElseThrow();
        assertThat(back.subnet()).isEqualTo(Subnet.of("10.9.0.0/16"));
        assertThat(back.forward()).isEqualTo(ISOLATED);
        assertThat(back.bridge()).isNotEqualTo(front.bridge());
        assertThat(host.connect().observe()).containsExactly(made);
    }

    @Test
    void makingItAgainChangesNothing() throws Exception {
        RealmState made = networks.make(shop(front(NAT)));

        assertThat(host.connect().make(shop(front(NAT)))).isEqualTo(made);
    }

    @Test
    void aNameOfAnyLengthIsKeptWhole() throws Exception {
        RealmState made = networks.make(new Bubble(
                LONG,
                LONG,
                List.of(new RecoveryNetwork(
                        LONG,
                        Subnet.of("10.1.0.0/24"),
                        Ipv4Address.of("10.1.0.1"),
                        ISOLATED,
                        front(NAT).domain(),
                        List.of(),
                        front(NAT).names()))));

        assertThat(made.mark()).hasValueSatisfying(mark -> {
            assertThat(mark.name()).isEqualTo(LONG);
            assertThat(mark.owner()).isEqualTo(LONG);
        });
        assertThat(made.networks()).extracting(NetworkState::name).containsExactly(LONG);
        assertThat(made.networks().getFirst().bridge().length()).isLessThanOrEqualTo(15);
    }

    @Test
    void aMachineMayBeAddedToANetworkThatIsThere() throws Exception {
        networks.make(shop(front(NAT)));

        RealmState made = networks.make(shop(front(NAT).reserving("mail", "52:54:00:00:00:07", "10.1.0.7")));

        assertThat(made.isWhole()).isTrue();
    }

    @Test
    void aNameThatIsInUseIsRefused() throws Exception {
        RealmState made = networks.make(shop(front(NAT)));

        refused(Clash.Kind.REALM_TAKEN, shop(front(ROUTED)));
        refused(Clash.Kind.REALM_TAKEN, shop(front(NAT), back(NAT)));
        refused(Clash.Kind.REALM_TAKEN, bubble("shop", front(NAT)));
        refused(Clash.Kind.REALM_TAKEN, new RecoveryRealm(SHOP, new Label("run-18"), List.of(front(NAT)), List.of()));
        assertThat(networks.observe()).containsExactly(made);
    }

    @Test
    void aRecoveryTakesNoAddressesThatTheHostOrAnotherRecoveryHas() throws Exception {
        host.giveAddress("10.1.0.200/25");
        refused(Clash.Kind.SUBNET_OF_THE_HOST, shop(front(ISOLATED)));
        networks.make(shop(back(NAT)));
        refused(
                Clash.Kind.SUBNET_OF_ANOTHER_REALM,
                new RecoveryRealm(new Label("mail"), RUN, List.of(back(NAT)), List.of()));

        assertThat(networks.observe()).hasSize(1);
    }

    @Test
    void bubblesWithTheSameAddressesStandBesideEachOtherAndARecoveryAndTheHost() throws Exception {
        host.giveAddress("10.1.0.200/25");
        networks.make(shop(back(NAT)));
        networks.make(bubble("one", front(NAT), back(NAT)));
        networks.make(bubble("two", front(NAT), back(NAT)));

        assertThat(networks.observe())
                .hasSize(3)
                .allSatisfy(state -> assertThat(state.isWhole()).isTrue());
        assertThat(networks.observe().stream()
                        .flatMap(state -> state.networks().stream().map(NetworkState::bridge)))
                .hasSize(5)
                .doesNotHaveDuplicates();
    }

    @Test
    void aBubbleThatIsLeftBehindIsNotInTheWayOfTheRealFailover() throws Exception {
        networks.make(bubble("forgotten", front(NAT)));

        assertThat(networks.check(shop(front(NAT)), Openings.NONE)).isEmpty();
        assertThat(networks.make(shop(front(NAT))).isWhole()).isTrue();
    }

    @Test
    void portsAreOpenedAndExchangedAndClosedAfterTheNetworkIsMade() throws Exception {
        networks.make(shop(front(NAT)));
        Openings web = port("tcp 192.0.2.1:80 to 10.1.0.5:8080");
        Openings both = Openings.of(
                PublishedPort.of("tcp 192.0.2.1:443 to 10.1.0.5:443"),
                PublishedPort.of("udp 0.0.0.0:53 to 10.1.0.6:53"));

        assertThat(networks.open(SHOP, web).openings()).isEqualTo(web);
        assertThat(networks.open(SHOP, web).openings()).isEqualTo(web);
        assertThat(host.connect().open(SHOP, both).openings()).isEqualTo(both);
        networks.close(SHOP);
        networks.close(SHOP);

        assertThat(networks.observe())
                .singleElement()
                .satisfies(state -> assertThat(state.openings()).isEqualTo(Openings.NONE));
    }

    @Test
    void allowRulesOpenRoutedNetworksOnly() throws Exception {
        networks.make(shop(front(ROUTED), back(NAT)));
        Openings allowed = new Openings(
                List.of(),
                List.of(AllowRule.of("tcp 192.0.2.0/24 to 10.1.0.5:80"), AllowRule.of("udp 0.0.0.0/0 to 10.1.0.5:53")));

        assertThat(networks.open(SHOP, allowed).openings()).isEqualTo(allowed);
        refusedToOpen(
                Clash.Kind.NOT_OPENABLE,
                new Openings(List.of(), List.of(AllowRule.of("tcp 192.0.2.0/24 to 10.9.0.5:80"))));
        assertThat(networks.observe().getFirst().openings()).isEqualTo(allowed);
    }

    @Test
    void whatIsOpenStaysOpenWhenTheRealmIsMadeAgain() throws Exception {
        networks.make(shop(front(NAT)));
        Openings web = port("tcp 192.0.2.1:80 to 10.1.0.5:8080");
        networks.open(SHOP, web);

        assertThat(networks.make(shop(front(NAT).within(new DnsName("example"))))
                        .openings())
                .isEqualTo(web);
    }

    @Test
    void whatCannotBeOpenedIsRefusedWithTheReason() throws Exception {
        networks.make(shop(front(NAT), back(ISOLATED)));
        host.listen(22);

        refusedToOpen(Clash.Kind.NOT_OPENABLE, port("tcp 192.0.2.1:80 to 10.9.0.5:80"));
        refusedToOpen(Clash.Kind.NO_SUCH_MACHINE, port("tcp 192.0.2.1:80 to 10.2.0.5:80"));
        refusedToOpen(Clash.Kind.NO_SUCH_MACHINE, port("tcp 192.0.2.1:80 to 10.1.0.1:80"));
        refusedToOpen(Clash.Kind.NOT_AN_ADDRESS_OF_THE_HOST, port("tcp 192.0.2.77:80 to 10.1.0.5:80"));
        refusedToOpen(Clash.Kind.NOT_AN_ADDRESS_OF_THE_HOST, port("tcp 127.0.0.1:80 to 10.1.0.5:80"));
        refusedToOpen(Clash.Kind.PORT_TAKEN, port("tcp 192.0.2.1:22 to 10.1.0.5:22"));
        refusedToOpen(
                Clash.Kind.PORT_TWICE,
                Openings.of(
                        PublishedPort.of("tcp 0.0.0.0:80 to 10.1.0.5:80"),
                        PublishedPort.of("tcp 192.0.2.1:80 to 10.1.0.5:80")));
        assertThat(networks.observe().getFirst().openings()).isEqualTo(Openings.NONE);
    }

    @Test
    void aPortBelongsToOneRealm() throws Exception {
        networks.make(shop(front(NAT)));
        networks.make(new RecoveryRealm(new Label("mail"), RUN, List.of(back(NAT)), List.of()));
        networks.open(new Label("mail"), port("tcp 0.0.0.0:80 to 10.9.0.5:80"));

        refusedToOpen(Clash.Kind.PORT_TAKEN, port("tcp 192.0.2.1:80 to 10.1.0.5:80"));
        networks.remove(RealmId.of(new Label("mail")));
        networks.open(SHOP, port("tcp 192.0.2.1:80 to 10.1.0.5:80"));
    }

    @Test
    void nothingCanBeOpenedInABubble() throws Exception {
        networks.make(bubble("shop", front(NAT)));

        refusedToOpen(Clash.Kind.NOT_OPENABLE, port("tcp 192.0.2.1:80 to 10.1.0.5:80"));
        assertThat(networks.open(SHOP, Openings.NONE).openings()).isEqualTo(Openings.NONE);
    }

    @Test
    void whatIsNotThereCannotBeOpenedAndIsClosed() throws Exception {
        fails(ErrorCode.NET_NOT_FOUND, () -> networks.open(SHOP, Openings.NONE));
        networks.close(SHOP);
        assertThat(networks.remove(RealmId.of(SHOP)).isComplete()).isTrue();
        assertThat(networks.observe()).isEmpty();
    }

    @Test
    void whatWasBrokenIsSeenAndMadeWhole() throws Exception {
        networks.make(shop(front(NAT), back(ISOLATED)));
        Openings web = port("tcp 192.0.2.1:80 to 10.1.0.5:8080");
        networks.open(SHOP, web);
        host.breakApart(RealmId.of(SHOP));

        RealmState broken = networks.observe().getFirst();
        assertThat(broken.isWhole()).isFalse();
        assertThat(broken.faults()).isNotEmpty();
        assertThat(broken.mark()).isPresent();
        fails(ErrorCode.NET_NOT_FOUND, () -> networks.open(SHOP, Openings.NONE));

        RealmState mended = networks.make(shop(front(NAT), back(ISOLATED)));
        assertThat(mended.isWhole()).isTrue();
        assertThat(mended.openings()).isEqualTo(web);
    }

    @Test
    void whatWasBrokenIsRemoved() throws Exception {
        networks.make(shop(front(NAT)));
        host.breakApart(RealmId.of(SHOP));

        assertThat(networks.remove(RealmId.of(SHOP)).orThrow().left()).isEmpty();
    }

    @Test
    void onlyWhatNobodyWantsIsLeftOver() throws Exception {
        networks.make(bubble("one", front(NAT)));
        networks.make(bubble("two", front(NAT)));

        assertThat(networks.leftovers(Set.of(new Label("one"), new Label("three"))))
                .extracting(RealmState::id)
                .containsExactly(RealmId.of(new Label("two")));
    }

    @Test
    void severalAreMadeAtOnceByOthersThatDoNotKnowOfEachOther() throws Exception {
        Networks others = host.connect();
        FutureTask<RealmState> second = new FutureTask<>(() -> others.make(bubble("two", front(NAT))));
        Thread.ofVirtual().start(second);

        assertThat(networks.make(bubble("one", front(NAT))).isWhole()).isTrue();
        assertThat(second.get(120, TimeUnit.SECONDS).isWhole()).isTrue();
        assertThat(networks.observe()).hasSize(2);
    }

    @Test
    void aPlanIsCheckedWithoutChangingAnything() throws Exception {
        host.giveAddress("10.9.3.1/24");

        assertThat(networks.check(shop(front(NAT), back(NAT)), port("tcp 192.0.2.77:80 to 10.1.0.5:80")))
                .extracting(Clash::kind)
                .containsExactly(Clash.Kind.SUBNET_OF_THE_HOST, Clash.Kind.NOT_AN_ADDRESS_OF_THE_HOST);
        assertThat(networks.observe()).isEmpty();
    }

    private void refused(Clash.Kind kind, Realm realm) throws Exception {
        List<Clash> clashes = networks.check(realm, Openings.NONE);
        assertThat(clashes).extracting(Clash::kind).containsOnly(kind);
        assertThatThrownBy(() -> networks.make(realm))
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NET_CLASH))
                .hasMessage(String.join(" ", clashes.stream().map(Clash::text).toList()));
    }

    private void refusedToOpen(Clash.Kind kind, Openings openings) {
        fails(ErrorCode.NET_CLASH, () -> networks.open(SHOP, openings));
        assertThat(Arrays.asList(Clash.Kind.values())).contains(kind);
        assertThatThrownBy(() -> networks.open(SHOP, openings))
                .satisfies(e -> assertThat(e.getMessage()).matches(".*(%s).*".formatted(words(kind))));
    }

    /** Of the sentence that says so. */
    private static String words(Clash.Kind kind) {
        return switch (kind) {
            case NOT_OPENABLE -> "would have to be";
            case NO_SUCH_MACHINE -> "no network of the realm";
            case NOT_AN_ADDRESS_OF_THE_HOST -> "no address of this host";
            case PORT_TAKEN -> "listens on that port|has published";
            case PORT_TWICE -> "want the same port";
            default -> throw new IllegalArgumentException(kind.name());
        };
    }

    private static void fails(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
