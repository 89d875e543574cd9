package dev.lifeboat.network.linux;

import static dev.lifeboat.network.ForwardMode.ISOLATED;
import static dev.lifeboat.network.ForwardMode.NAT;
import static dev.lifeboat.network.ForwardMode.ROUTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.Program;
import dev.lifeboat.network.AllowRule;
import dev.lifeboat.network.Bubble;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.Networks;
import dev.lifeboat.network.Openings;
import dev.lifeboat.network.PublishedPort;
import dev.lifeboat.network.Realm;
import dev.lifeboat.network.RealmState;
import dev.lifeboat.network.RecoveryNetwork;
import dev.lifeboat.network.RecoveryRealm;
import dev.lifeboat.network.Removal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Who makes, opens or removes networks dies at every step, and whoever comes next ends well. */
@NeedsNamespaces
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // made before the tests
final class CrashTest {

    private static final Label OWNER = new Label("run-17");

    static final List<Realm> REALMS = List.of(
            new RecoveryRealm(
                    new Label("shop"),
                    OWNER,
                    List.of(
                            RecoveryNetwork.of("front", "10.1.0.0/24", "10.1.0.1", NAT),
                            RecoveryNetwork.of("back", "10.2.0.0/24", "10.2.0.1", ROUTED)),
                    List.of()),
            new Bubble(
                    new Label("test"),
                    OWNER,
                    List.of(RecoveryNetwork.of("front", "192.0.2.0/24", "192.0.2.254", ISOLATED))));

    private static final Openings SOME = new Openings(
            List.of(PublishedPort.of("tcp 192.0.2.1:80 to 10.1.0.5:80")),
            List.of(AllowRule.of("tcp 192.0.2.0/24 to 10.2.0.5:80")));
    private static final Openings OTHERS = Openings.of(PublishedPort.of("tcp 192.0.2.1:443 to 10.1.0.6:443"));

    /** No change takes more; it ends the loops if death never stops coming. */
    private static final int MOST_STEPS = 100;

    private LinuxHost host;

    @BeforeAll
    void start() throws Exception {
        host = LinuxHost.start();
        // What every use leaves behind, before the first listing.
        host.connect().close(new Label("nobody"));
    }

    @AfterEach
    void removeWhatIsLeft() throws Exception {
        for (RealmState state : host.connect().observe()) {
            host.connect().remove(state.id()).orThrow();
        }
    }

    @AfterAll
    void stop() {
        host.close();
    }

    /** Stands for the end of the process at once: nothing after it is carried out. */
    private static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Runs as many changing programs as it is told, and dies when the next is asked for. */
    private final class Mortal implements HostPrograms {

        private static final Set<String> LOOKING = Set.of("show", "list", "ss", "cat");

        private int left;
        private boolean died;

        Mortal(int left) {
            this.left = left;
        }

        @Override
        public Program program(String... command) {
            if (List.of(command).stream().noneMatch(LOOKING::contains) && left-- == 0) {
                died = true;
                throw new Death();
            }
            return host.program(command);
        }

        Networks networks() {
            return new LinuxNetworks(host.folder(), this, host.time());
        }
    }

    /** What is done to networks by a process that may die. */
    private interface Deed {
        void to(Networks networks) throws Exception;
    }

    /** @return whether it died of it */
    private boolean diesAfter(int steps, Deed deed) throws Exception {
        Mortal mortal = new Mortal(steps);
        try {
            deed.to(mortal.networks());
        } catch (Death death) {
            assertThat(mortal.died).isTrue();
            return true;
        }
        return mortal.died;
    }

    @Test
    void cleaningUpLeavesNothing() throws Exception {
        List<String> before = host.everything();
        for (Realm realm : REALMS) {
            host.connect().make(realm);
        }
        host.connect().open(new Label("shop"), SOME);
        assertThat(host.everything()).isNotEqualTo(before);
        String web = host.connect().observe().getFirst().networks().getFirst().bridge();
        host.guest("left", web, "52:54:00:00:00:05").take("10.1.0.5/24", "10.1.0.1");

        for (Realm realm : REALMS) {
            Removal removal = host.connect().remove(realm.id());
            assertThat(removal.left()).isEmpty();
            assertThat(removal.notes()).isEmpty();
        }

        host.program("ip", "netns", "delete", "left").ask();
        host.program("sh", "-c", "ip link delete dev tap0 || true").ask();
        assertThat(host.everything()).isEqualTo(before);
    }

    @Test
    void whatTheManualSaysClearsARealmByHand() throws Exception {
        List<String> before = host.everything();
        Realm bubble = REALMS.get(1);
        host.connect().make(bubble);
        String manual = Files.readString(Path.of(System.getProperty("lifeboat.root"), "docs/networks.md"));
        String commands = manual.substring(manual.indexOf("id=lb1a2b3c4d"), manual.lastIndexOf("```"));

        host.program("sh", "-s")
                .reading(commands.replace("lb1a2b3c4d", bubble.id().text())
                        .replace("/run/lifeboat-networks", host.folder().toString()))
                .ask();

        assertThat(host.connect().observe()).isEmpty();
        assertThat(host.everything()).isEqualTo(before);
    }

    @Test
    void aMachineThatStillRunsIsNamedWhenItsNetworkGoes() throws Exception {
        Realm bubble = REALMS.get(1);
        RealmState made = host.connect().make(bubble);
        Guest guest = host.guest("forgotten", made.networks().getFirst().bridge(), "52:54:00:00:00:07");
        assertThat(host.connect().observe().getFirst().networks().getFirst().plugged())
                .containsExactly(guest.tap());

        assertThat(host.connect().remove(bubble.id()).unplugged()).containsExactly(guest.tap());
        host.program("ip", "netns", "delete", "forgotten").ask();
    }

    @ParameterizedTest
    @FieldSource("REALMS")
    @Tag("long")
    void whoDiesWhileMakingIsFollowedByOneWhoRemovesIt(Realm realm) throws Exception {
        List<String> before = host.everything();
        int steps = 0;
        while (diesAfter(steps, networks -> networks.make(realm))) {
            assertThat(host.connect().remove(realm.id()).left())
                    .as("after %d steps", steps)
                    .isEmpty();
            assertThat(host.everything()).as("after %d steps", steps).isEqualTo(before);
            assertThat(++steps).isLessThan(MOST_STEPS);
        }
        assertThat(steps).isGreaterThan(10);
        host.connect().remove(realm.id()).orThrow();
    }

    @ParameterizedTest
    @FieldSource("REALMS")
    @Tag("long")
    void whoDiesWhileMakingIsFollowedByOneWhoCompletesItAndWhoDiesWhileRemovingToo(Realm realm) throws Exception {
        List<String> before = host.everything();
        int steps = 0;
        boolean making = true;
        boolean removing = true;
        while (making || removing) {
            making = diesAfter(steps, networks -> networks.make(realm));
            RealmState made = host.connect().make(realm);
            assertThat(made.isWhole()).as("after %d steps", steps).isTrue();
            assertThat(host.connect().observe()).containsExactly(made);
            removing = diesAfter(steps, networks -> networks.remove(realm.id()));
            assertThat(host.connect().remove(realm.id()).left())
                    .as("after %d steps", steps)
                    .isEmpty();
            assertThat(host.everything()).as("after %d steps", steps).isEqualTo(before);
            assertThat(++steps).isLessThan(MOST_STEPS);
        }
        assertThat(steps).isGreaterThan(10);
    }

    @Test
    void aDeathInTheMiddleOfMakingHarmsNothing() throws Exception {
        List<String> before = host.everything();
        for (Realm realm : REALMS) {
            for (int steps : List.of(1, 6, 13)) {
                assertThat(diesAfter(steps, networks -> networks.make(realm))).isTrue();
                assertThat(host.connect().observe()).singleElement().satisfies(state -> {
                    assertThat(state.isWhole()).isFalse();
                    assertThat(state.mark())
                            .hasValueSatisfying(mark -> assertThat(mark.name()).isEqualTo(realm.name()));
                });
            }
            assertThat(host.connect().make(realm).isWhole()).isTrue();
            assertThat(diesAfter(2, networks -> networks.remove(realm.id()))).isTrue();
            assertThat(host.connect().remove(realm.id()).left()).isEmpty();
            assertThat(host.everything()).isEqualTo(before);
        }
    }

    @Test
    void whoDiesWhileOpeningHasOpenedAllOrNothing() throws Exception {
        Label shop = new Label("shop");
        host.connect().make(REALMS.getFirst());
        int steps = 0;
        host.connect().open(shop, SOME);
        while (diesAfter(steps, networks -> networks.open(shop, OTHERS))) {
            assertThat(host.connect().observe().getFirst().openings()).isIn(SOME, OTHERS);
            host.connect().open(shop, SOME);
            assertThat(++steps).isLessThan(MOST_STEPS);
        }
        assertThat(steps).isGreaterThanOrEqualTo(3);
        assertThat(host.connect().observe().getFirst().openings()).isEqualTo(OTHERS);
        host.connect().remove(REALMS.getFirst().id()).orThrow();
    }
}
