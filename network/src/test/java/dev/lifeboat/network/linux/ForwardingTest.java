package dev.lifeboat.network.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.network.ForwardMode;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.RecoveryNetwork;
import dev.lifeboat.network.RecoveryRealm;
import dev.lifeboat.network.Removal;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whether a host passes packets on is changed only where that is needed, and put back. */
@NeedsNamespaces
@SuppressWarnings("NullAway.Init") // made before each test
final class ForwardingTest {

    private static final RecoveryRealm SHOP = realm("shop", "10.1.0.0/24", "10.1.0.1", ForwardMode.NAT);
    private static final RecoveryRealm MAIL = realm("mail", "10.2.0.0/24", "10.2.0.1", ForwardMode.ROUTED);
    private static final RecoveryRealm ALONE = realm("alone", "10.3.0.0/24", "10.3.0.1", ForwardMode.ISOLATED);

    private LinuxHost host;
    private LinuxNetworks networks;

    private static RecoveryRealm realm(String name, String subnet, String gateway, ForwardMode forward) {
        return new RecoveryRealm(
                new Label(name),
                new Label("run"),
                List.of(RecoveryNetwork.of("lan", subnet, gateway, forward)),
                List.of());
    }

    @BeforeEach
    void start() throws Exception {
        host = LinuxHost.start();
        networks = host.connect();
        set(0);
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private void set(int value) throws InterruptedException {
        host.program("sh", "-c", "echo %d >/proc/sys/net/ipv4/ip_forward".formatted(value))
                .ask();
    }

    private boolean forwards() throws InterruptedException {
        return host.program("cat", "/proc/sys/net/ipv4/ip_forward").ask().equals("1");
    }

    @Test
    void itIsOnFromTheFirstRealmWithAWayOutToTheLast() throws Exception {
        networks.make(ALONE);
        assertThat(forwards()).isFalse();
        networks.make(SHOP);
        networks.make(MAIL);
        assertThat(forwards()).isTrue();
        networks.remove(SHOP.id()).orThrow();
        assertThat(forwards()).isTrue();
        networks.remove(MAIL.id()).orThrow();
        assertThat(forwards()).isFalse();
    }

    @Test
    void whereItWasOnItStaysOn() throws Exception {
        set(1);
        networks.make(SHOP);
        networks.remove(SHOP.id()).orThrow();

        assertThat(forwards()).isTrue();
    }

    @Test
    void whereAnotherProgramCameToNeedItItStaysOnAndThatIsSaid() throws Exception {
        networks.make(SHOP);
        host.program("nft", "-f", "-").reading("""
            table ip others {
                chain forward {
                    type filter hook forward priority filter; policy accept;
                }
            }
            """).ask();

        Removal removal = networks.remove(SHOP.id()).orThrow();

        assertThat(forwards()).isTrue();
        assertThat(removal.notes()).singleElement().asString().contains("ip_forward");
    }
}
