package dev.lifeboat.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.network.ForwardMode;
import dev.lifeboat.network.Ipv4Address;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.NetworkState;
import dev.lifeboat.network.Protocol;
import dev.lifeboat.network.RealmKind;
import dev.lifeboat.network.RealmState;
import dev.lifeboat.network.Subnet;
import dev.lifeboat.recovery.RecoveryOrder.Network;
import dev.lifeboat.recovery.RecoveryOrder.Port;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of a group: beside the real thing, with the networks of production, and never in its way. */
@SuppressWarnings("NullAway.Init") // made before each test
class BubbleTest {

    private static final List<String> MACHINES = List.of("db", "web");

    @TempDir
    private Path folder;

    private RecoveryHost host;

    @BeforeEach
    void make() throws Exception {
        host = new RecoveryHost(Files.createDirectory(folder.resolve("h")));
    }

    @AfterEach
    void end() {
        host.close();
    }

    /** A test with the networks of production, of this name. */
    private RecoveryOrder test(String name) {
        return test(name, ProductionNetworks.of(host.point(), MACHINES, Set.of()), Map.of(), List.of());
    }

    private static RecoveryOrder test(
            String name, List<Network> networks, Map<String, String> bridges, List<Port> ports) {
        RecoveryOrder order = RecoveryHost.order(Purpose.TEST);
        return new RecoveryOrder(
                name, Purpose.TEST, order.point(), order.machines(), networks, bridges, ports, order.readyWithin());
    }

    @Test
    void theNetworksOfATestAreThoseOfProduction() {
        assertThat(ProductionNetworks.of(host.point(), MACHINES, Set.of()))
                .containsExactly(new Network(
                        new Label("br0"),
                        List.of("br0"),
                        Subnet.of("10.20.0.0/24"),
                        Optional.empty(),
                        ForwardMode.ISOLATED));
        assertThat(ProductionNetworks.of(host.point(), MACHINES, Set.of("br0"))).isEmpty();
        assertThat(ProductionNetworks.of(host.point(), List.of("mail"), Set.of()))
                .isEmpty();
    }

    @Test
    void severalTestsStandBesideTheRealRecoveryAndLeaveItAlone() throws Exception {
        host.networks.giveAddress("10.20.0.1/24");
        RecoveryReport monday = host.start(test("monday"));
        RecoveryReport tuesday = host.start(test("tuesday"));
        RecoveryReport real = host.start(RecoveryHost.order(Purpose.UNPLANNED));

        assertThat(List.of(monday, tuesday, real)).allMatch(RecoveryReport::isReady);
        assertThat(host.machines.machines())
                .extracting(machine -> machine.name())
                .containsExactlyInAnyOrder("db", "web", "monday-db", "monday-web", "tuesday-db", "tuesday-web");
        assertThat(host.networks.connect().observe())
                .filteredOn(realm -> realm.mark().orElseThrow().kind() == RealmKind.BUBBLE)
                .hasSize(2)
                .flatExtracting(RealmState::networks)
                .extracting(NetworkState::subnet)
                .containsOnly(Subnet.of("10.20.0.0/24"));

        assertThat(host.process().end("monday")).isEmpty();
        assertThat(host.process().end("tuesday")).isEmpty();
        host.requireStarted(RecoveryHost.order(Purpose.UNPLANNED), real);
    }

    @Test
    void whatIsDifferentAboutItsMachinesIsTold() throws Exception {
        List<String> told = new ArrayList<>();
        RecoveryReport _ = host.process().start(test("monday"), told::add);

        assertThat(told)
                .anyMatch(line -> line.startsWith("web: The machine has a new identity"))
                .contains("web: The generation id is new.", "db: The generation id is new.");
    }

    @Test
    void theGenerationIdIsNewInATestAndAfterADisasterAndKeptWhenNothingWasLost() throws Exception {
        RecoveryOrder real = RecoveryHost.order(Purpose.PLANNED);
        RecoveryReport _ = host.start(real);
        UUID kept = host.machine("web").generation();
        assertThat(host.process().end(real.name())).isEmpty();
        RecoveryReport _ = host.start(RecoveryHost.order(Purpose.UNPLANNED));
        UUID lost = host.machine("web").generation();
        assertThat(host.process().end(real.name())).isEmpty();
        RecoveryReport _ = host.start(test("monday"));
        UUID tested = host.machine("monday-web").generation();

        assertThat(kept).isEqualTo(host.generationAtHome("web"));
        assertThat(Set.of(kept, lost, tested)).hasSize(3);
    }

    @Test
    void whatWouldLeadOutOrStandInTheWayOfARealRecoveryIsRefusedBeforeAnythingIsStarted() throws Exception {
        RecoveryOrder order = test(
                "orders",
                List.of(),
                Map.of("br0", "virbr0"),
                List.of(new Port(Protocol.TCP, Ipv4Address.ANY, 80, "web", 8080)));

        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> host.start(order))
                .matches(e -> e.code() == ErrorCode.RECOVERY_REFUSED)
                .withMessageContaining("Nothing was started.")
                .withMessageContaining("A test is not plugged into bridge virbr0")
                .withMessageContaining("Nothing may lead into a test")
                .withMessageContaining("A test of group orders needs another name");
        host.requireNothingLeft();
    }

    @Test
    void aNameThatIsTakenIsRefusedAndHarmsNothing() throws Exception {
        RecoveryReport report = host.start(test("monday"));
        RecoveryOrder other = test("monday", List.of(), Map.of(), List.of());

        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> host.start(other))
                .matches(e -> e.code() == ErrorCode.RECOVERY_NAME_TAKEN)
                .withMessageContaining("monday");
        assertThat(host.process().observe()).containsExactly(report);
    }

    @Test
    void aNetworkInWhichProductionHasSeveralSubnetsHasToBeNamed() throws Exception {
        try (RecoveryHost other =
                new RecoveryHost(Files.createDirectory(folder.resolve("o")), "10.20.0.10/24", "10.99.0.7/16")) {
            assertThatExceptionOfType(LifeboatException.class)
                    .isThrownBy(() -> ProductionNetworks.of(other.point(), MACHINES, Set.of()))
                    .matches(e -> e.code() == ErrorCode.RECOVERY_REFUSED)
                    .withMessageContaining("br0")
                    .withMessageContaining("10.99.0.0/16");
            assertThat(ProductionNetworks.of(other.point(), List.of("db"), Set.of()))
                    .hasSize(1);
        }
    }
}
