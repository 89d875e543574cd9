package dev.lifeboat.network.linux;

import static dev.lifeboat.network.ForwardMode.ISOLATED;
import static dev.lifeboat.network.ForwardMode.NAT;
import static dev.lifeboat.network.ForwardMode.ROUTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.NetworkNamespace;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.network.AllowRule;
import dev.lifeboat.network.Bubble;
import dev.lifeboat.network.DnsName;
import dev.lifeboat.network.ForwardMode;
import dev.lifeboat.network.Ipv4Address;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.Openings;
import dev.lifeboat.network.PublishedPort;
import dev.lifeboat.network.RealmState;
import dev.lifeboat.network.RecoveryNetwork;
import dev.lifeboat.network.RecoveryRealm;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What packets really do: guests with network cards, a host with a link to a place outside. */
@NeedsNamespaces
@SuppressWarnings("NullAway.Init") // made before each test
final class TrafficTest {

    private static final String WEB = "52:54:00:00:00:05";
    private static final String DB = "52:54:00:00:00:06";
    private static final String STORE = "52:54:00:00:00:16";
    private static final String OTHER = "52:54:00:00:00:99";
    private static final Label SHOP = new Label("shop");
    private static final Label RUN = new Label("run-17");

    private LinuxHost host;
    private LinuxNetworks networks;

    @BeforeEach
    void start() throws Exception {
        host = LinuxHost.start();
        networks = host.connect();
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private static RecoveryNetwork front(ForwardMode forward) {
        return RecoveryNetwork.of("front", "10.1.0.0/24", "10.1.0.1", forward)
                .reserving("web", WEB, "10.1.0.5")
                .reserving("db", DB, "10.1.0.6")
                .within(new DnsName("shop.example"))
                .naming(Map.of(
                        new DnsName("db"), Ipv4Address.of("10.1.0.6"),
                        new DnsName("www.elsewhere.example"), Ipv4Address.of("10.1.0.5")));
    }

    private static RecoveryNetwork back(ForwardMode forward) {
        return RecoveryNetwork.of("back", "10.2.0.0/24", "10.2.0.1", forward).reserving("store", STORE, "10.2.0.6");
    }

    private RealmState recovery(RecoveryNetwork... of) throws InterruptedException {
        return networks.make(new RecoveryRealm(SHOP, RUN, List.of(of), List.of()));
    }

    private RealmState bubble(String name, RecoveryNetwork... of) throws InterruptedException {
        return networks.make(new Bubble(new Label(name), RUN, List.of(of)));
    }

    private Guest guest(String name, RealmState realm, int network, String mac) throws InterruptedException {
        return host.guest(name, realm.networks().get(network).bridge(), mac);
    }

    private static String ask(Guest guest, String name) throws InterruptedException {
        ProgramRun run = guest.program("busybox", "nslookup", name, "10.1.0.1").run();
        return run.output() + run.errors();
    }

    /** The first line that a port answers with; empty when it does not. */
    private String outsideHears(String address, int port) throws InterruptedException {
        return host.outside("busybox", "nc", "-w", "3", address, Integer.toString(port))
                .run()
                .output()
                .strip();
    }

    @Test
    void aMachineGetsTheAddressThatIsReservedForItAndAnotherGetsAFreeOne() throws Exception {
        RealmState realm = recovery(front(NAT));

        assertThat(guest("web", realm, 0, WEB).lease())
                .isEqualTo("lease 10.1.0.5/24 router 10.1.0.1 dns 10.1.0.1 domain shop.example");
        assertThat(guest("other", realm, 0, OTHER).lease())
                .matches("lease 10\\.1\\.0\\.\\d+/24 router 10\\.1\\.0\\.1 .*")
                .doesNotContain("10.1.0.5/", "10.1.0.6/", "10.1.0.1/");
    }

    @Test
    void namesAreAnsweredShortAndWithTheirDomainAndOthersDoNotExist() throws Exception {
        RealmState realm = bubble("test", front(NAT));
        Guest web = guest("web", realm, 0, WEB);
        web.lease();

        assertThat(ask(web, "db")).contains("Address: 10.1.0.6");
        assertThat(ask(web, "db.shop.example")).contains("Address: 10.1.0.6");
        assertThat(ask(web, "www.elsewhere.example")).contains("Address: 10.1.0.5");
        assertThat(ask(web, "www.example.org")).contains("NXDOMAIN");
    }

    @Test
    void namesThatAreNotKnownAreAskedForWhereTheDefinitionSays() throws Exception {
        host.background(host.outside("dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv")
                .with("--no-hosts", "--host-record=www.example.org,203.0.113.7", "--host-record=db,203.0.113.8"));
        RealmState realm = networks.make(
                new RecoveryRealm(SHOP, RUN, List.of(front(NAT)), List.of(Ipv4Address.of(LinuxHost.OUTSIDE))));
        Guest web = guest("web", realm, 0, WEB);
        web.lease();

        assertThat(host.await(() -> {
                    try {
                        return ask(web, "www.example.org").contains("Address: 203.0.113.7");
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .isTrue();
        assertThat(ask(web, "db")).contains("Address: 10.1.0.6").doesNotContain("203.0.113.8");
    }

    @Test
    void aMachineBehindNatGoesOutUnderTheHostsAddress() throws Exception {
        RealmState realm = recovery(front(NAT), back(ISOLATED));
        Guest web = guest("web", realm, 0, WEB);
        Guest store = guest("store", realm, 1, STORE);
        web.lease();
        store.lease();
        host.outside("nft", "-f", "-").reading("""
            table ip seen {
                chain from {
                    type filter hook input priority filter
                    ip saddr 192.0.2.1 icmp type echo-request counter comment "host"
                    ip saddr != 192.0.2.1 counter comment "others"
                }
            }
            """).ask();

        assertThat(web.reaches(LinuxHost.OUTSIDE)).isTrue();
        assertThat(store.reaches(LinuxHost.OUTSIDE)).isFalse();
        assertThat(web.reaches("10.2.0.6")).isTrue();
        assertThat(host.outside("nft", "list", "table", "ip", "seen").ask())
                .containsPattern("counter packets 2 bytes \\d+ comment \"host\"")
                .contains("counter packets 0 bytes 0 comment \"others\"");
    }

    @Test
    void aMachineDoesNotReachTheHostItself() throws Exception {
        Guest web = guest("web", recovery(front(NAT)), 0, WEB);
        web.lease();
        host.listen(22);

        assertThat(web.reaches(LinuxHost.ADDRESS)).isFalse();
        assertThat(web.program("busybox", "nc", "-w", "2", LinuxHost.ADDRESS, "22")
                        .run()
                        .succeeded())
                .isFalse();
    }

    @Test
    void aPublishedPortIsReachedFromOutsideAndFromTheHostAndFromInsideOnlyWhileItIsOpen() throws Exception {
        Guest web = guest("web", recovery(front(NAT)), 0, WEB);
        web.lease();
        web.serve(8080);
        assertThat(outsideHears(LinuxHost.ADDRESS, 80)).isEmpty();

        networks.open(SHOP, Openings.of(PublishedPort.of("tcp 192.0.2.1:80 to 10.1.0.5:8080")));

        assertThat(outsideHears(LinuxHost.ADDRESS, 80)).isEqualTo("web");
        assertThat(outsideHears(LinuxHost.ADDRESS, 8080)).isEmpty();
        assertThat(host.program("busybox", "nc", "-w", "3", LinuxHost.ADDRESS, "80")
                        .run()
                        .output()
                        .strip())
                .isEqualTo("web");
        assertThat(web.program("busybox", "nc", "-w", "3", LinuxHost.ADDRESS, "80")
                        .run()
                        .output()
                        .strip())
                .isEqualTo("web");
        networks.close(SHOP);
        assertThat(outsideHears(LinuxHost.ADDRESS, 80)).isEmpty();
        assertThat(host.program("busybox", "nc", "-w", "3", LinuxHost.ADDRESS, "80")
                        .run()
                        .output()
                        .strip())
                .isEmpty();
    }

    @Test
    void eachPortLeadsToItsOwnMachine() throws Exception {
        RealmState realm = recovery(front(NAT));
        Guest web = guest("web", realm, 0, WEB);
        Guest db = guest("db", realm, 0, DB);
        web.lease();
        db.lease();
        web.serve(80);
        db.serve(80);
        host.program("ip", "address", "add", "192.0.2.2/24", "dev", "eth0").ask();

        networks.open(
                SHOP,
                Openings.of(
                        PublishedPort.of("tcp 192.0.2.1:80 to 10.1.0.5:80"),
                        PublishedPort.of("tcp 192.0.2.2:80 to 10.1.0.6:80"),
                        PublishedPort.of("tcp 0.0.0.0:5432 to 10.1.0.6:80")));

        assertThat(outsideHears("192.0.2.1", 80)).isEqualTo("web");
        assertThat(outsideHears("192.0.2.2", 80)).isEqualTo("db");
        assertThat(outsideHears("192.0.2.1", 5432)).isEqualTo("db");
        assertThat(outsideHears("192.0.2.2", 5432)).isEqualTo("db");
        networks.open(SHOP, Openings.of(PublishedPort.of("tcp 192.0.2.1:80 to 10.1.0.6:80")));
        assertThat(outsideHears("192.0.2.1", 80)).isEqualTo("db");
        assertThat(outsideHears("192.0.2.2", 80)).isEmpty();
    }

    @Test
    void aMachineIsReachedForProbesFromItsRouterBeforeAnythingIsOpen() throws Exception {
        RealmState realm = bubble("test", front(NAT));
        Guest web = guest("web", realm, 0, WEB);
        web.lease();
        web.serve(80);

        String heard = NetworkNamespace.at(host.throughItsRoot(realm.namespace()))
                .call(() -> {
                    try (Socket socket = new Socket("10.1.0.5", 80)) {
                        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                    }
                });

        assertThat(heard.strip()).isEqualTo("web");
    }

    @Test
    void closingEndsConnectionsToo() throws Exception {
        Guest web = guest("web", recovery(front(NAT)), 0, WEB);
        web.lease();
        host.background(web.program("busybox", "nc", "-ll", "-p", "80", "-e", "cat"));
        networks.open(SHOP, Openings.of(PublishedPort.of("tcp 192.0.2.1:80 to 10.1.0.5:80")));
        Process connection =
                host.outside("busybox", "nc", LinuxHost.ADDRESS, "80").start();
        BufferedReader answers =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
        assertThat(saidAndHeard(connection, answers, "before")).isTrue();

        networks.close(SHOP);

        assertThat(saidAndHeard(connection, answers, "after")).isFalse();
        connection.descendants().forEach(ProcessHandle::destroyForcibly);
        connection.destroyForcibly();
    }

    private boolean saidAndHeard(Process connection, BufferedReader answers, String word) throws Exception {
        connection.getOutputStream().write((word + "\n").getBytes(StandardCharsets.UTF_8));
        connection.getOutputStream().flush();
        // Twice the time after which TCP says it again for the first time, and more.
        return host.time().await(java.time.Duration.ofSeconds(3), java.time.Duration.ofMillis(20), () -> {
                    try {
                        return answers.ready();
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                && answers.readLine().equals(word);
    }

    @Test
    void aRoutedMachineIsReachedByItsOwnAddressAsFarAsIsAllowed() throws Exception {
        Guest web = guest("web", recovery(front(ROUTED)), 0, WEB);
        web.lease();
        web.serve(80);
        web.serve(81);
        host.outside("ip", "route", "add", "10.1.0.0/24", "via", LinuxHost.ADDRESS)
                .ask();
        assertThat(outsideHears("10.1.0.5", 80)).isEmpty();

        networks.open(SHOP, new Openings(List.of(), List.of(AllowRule.of("tcp 192.0.2.0/24 to 10.1.0.5:80"))));

        assertThat(outsideHears("10.1.0.5", 80)).isEqualTo("web");
        assertThat(outsideHears("10.1.0.5", 81)).isEmpty();
        assertThat(web.reaches(LinuxHost.OUTSIDE)).isTrue();
        networks.open(SHOP, new Openings(List.of(), List.of(AllowRule.of("tcp 198.51.100.0/24 to 10.1.0.5:80"))));
        assertThat(outsideHears("10.1.0.5", 80)).isEmpty();
    }

    @Test
    void nothingLeavesABubbleWhateverAMachineTries() throws Exception {
        RealmState realm = bubble("test", front(NAT));
        Guest web = guest("web", realm, 0, WEB);
        Guest db = guest("db", realm, 0, DB);
        web.lease();
        db.lease();
        // Worst case: the host passes packets on, and answers for all of its addresses.
        host.program("sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward").ask();
        long sent = sentByTheHost();

        assertThat(web.reaches("10.1.0.6")).isTrue();
        assertThat(web.reaches(LinuxHost.OUTSIDE)).isFalse();
        assertThat(web.reaches(LinuxHost.ADDRESS)).isFalse();
        // By way of the host's own hardware address.
        String bridge = realm.networks().getFirst().bridge();
        String mac = host.program("ip", "-brief", "link", "show", "dev", bridge)
                .ask()
                .split("\\s+", -1)[2];
        web.program("ip", "route", "replace", "default", "via", "10.1.0.77", "dev", "eth0")
                .ask();
        web.program("ip", "neighbour", "replace", "10.1.0.77", "lladdr", mac, "dev", "eth0")
                .ask();
        assertThat(web.reaches(LinuxHost.OUTSIDE)).isFalse();
        // The host does not answer for its addresses.
        web.program("ip", "route", "add", LinuxHost.ADDRESS, "dev", "eth0").ask();
        assertThat(web.program("busybox", "arping", "-c", "2", "-w", "3", "-I", "eth0", LinuxHost.ADDRESS)
                        .run()
                        .succeeded())
                .isFalse();
        assertThat(web.program("busybox", "arping", "-c", "2", "-w", "3", "-I", "eth0", "10.1.0.6")
                        .run()
                        .succeeded())
                .isTrue();
        // And by IPv6 it has none.
        assertThat(host.program("ip", "-6", "address", "show", "dev", bridge).ask())
                .isEmpty();

        assertThat(sentByTheHost()).isEqualTo(sent);
        assertThat(host.program("ping", "-c", "1", "-W", "5", LinuxHost.OUTSIDE)
                                .run()
                                .succeeded()
                        || host.program("busybox", "ping", "-c", "1", "-W", "5", LinuxHost.OUTSIDE)
                                .run()
                                .succeeded())
                .isTrue();
        assertThat(sentByTheHost()).as("this counts what is sent").isGreaterThan(sent);
    }

    /** Packets that came to the place outside, of any kind. */
    private long sentByTheHost() throws InterruptedException {
        String[] received = host.outside("ip", "-statistics", "link", "show", "dev", "eth0")
                .ask()
                .lines()
                .dropWhile(line -> !line.contains("RX:"))
                .skip(1)
                .findFirst()
                .orElseThrow()
                .strip()
                .split("\\s+", -1);
        return Long.parseLong(received[1]);
    }

    @Test
    void bubblesWithTheSameAddressesDoNotMeetEachOtherNorTheRecoveryNorTheHost() throws Exception {
        host.giveAddress("10.1.0.6/24");
        RealmState one = bubble("one", front(NAT));
        RealmState two = bubble("two", front(NAT));
        Guest webOfOne = guest("web1", one, 0, WEB);
        Guest webOfTwo = guest("web2", two, 0, WEB);
        Guest dbOfTwo = guest("db2", two, 0, DB);
        for (Guest guest : List.of(webOfOne, webOfTwo, dbOfTwo)) {
            assertThat(guest.lease()).contains("10.1.0.");
        }
        dbOfTwo.serve(5432);

        assertThat(webOfTwo.reaches("10.1.0.6")).isTrue();
        assertThat(webOfTwo.program("busybox", "nc", "-w", "3", "10.1.0.6", "5432")
                        .run()
                        .output())
                .startsWith("db2");
        assertThat(webOfOne.reaches("10.1.0.6")).isFalse();
        assertThat(webOfOne.reaches("10.1.0.1")).isTrue();
        // The host's own address of that subnet is another thing, and goes on.
        assertThat(host.program("busybox", "ping", "-c", "1", "-W", "5", "10.1.0.6")
                        .run()
                        .succeeded())
                .isTrue();
        assertThat(host.program("busybox", "nc", "-w", "2", "10.1.0.6", "5432")
                        .run()
                        .output())
                .isEmpty();
    }
}
