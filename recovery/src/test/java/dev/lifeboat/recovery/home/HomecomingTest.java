package dev.lifeboat.recovery.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.hypervisor.DiskFile;
import dev.lifeboat.hypervisor.HypervisorFault;
import dev.lifeboat.hypervisor.InMemoryHypervisor;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.recovery.home.HomeOrder.Deed;
import dev.lifeboat.recovery.home.Steps.Step;
import dev.lifeboat.vault.Point;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group comes home: real images, a hypervisor in memory, and processes that die. */
class HomecomingTest {

    private static final int SIZE = HomeHost.SIZE;
    private static final byte[] LAST = HomeFixture.content(1, SIZE);
    private static final byte[] LOST = HomeFixture.changed(LAST, 3 * HomeFixture.BLOCK, 100, 2);
    private static final byte[] SERVED = HomeFixture.changed(LAST, 5 * HomeFixture.BLOCK, HomeFixture.BLOCK, 3);
    private static final byte[] NEWEST = HomeFixture.changed(SERVED, 9 * HomeFixture.BLOCK, HomeFixture.BLOCK, 4);

    @TempDir
    private Path all;

    private Path fresh() throws Exception {
        return Files.createTempDirectory(all, "h");
    }

    /** The machine wrote on when its last point had been made, and then its site was lost. */
    private static HomeHost lost(HomeHost host) throws Exception {
        Point _ = host.home.put(LAST);
        host.home.writeOld(LOST);
        return host;
    }

    private static void assertHome(HomeHost host) throws Exception {
        InMemoryHypervisor hypervisor = new InMemoryHypervisor(host.host);
        assertThat(host.machine().state()).isEqualTo(PowerState.RUNNING);
        assertThat(hypervisor.diskChain(host.machine, "vda").images())
                .containsExactly(host.disk.image().toString());
        assertThat(host.disk.overlay()).doesNotExist();
        assertThat(host.homecomings().heldBack(HomeHost.GROUP, List.of("web"))).isEmpty();
    }

    private static void requireRefused(ErrorCode code, String why, ThrowingCallable doing) {
        assertThatThrownBy(doing).is(HomeFixture.code(code)).hasMessageContaining(why);
    }

    @Test
    void homeFollowsAndIsBroughtHomeAndWhatWasLostIsKept() throws Exception {
        try (HomeHost host = lost(HomeHost.thatSalvages(fresh()))) {
            String old = HomeFixture.digest(host.disk.image());

            HomeReport first = host.follow(host.home.put(SERVED));

            assertThat(first.stage()).isEqualTo(HomeStage.FOLLOWING);
            assertThat(first.salvaged()).hasSize(1);
            assertThat(first.disks()).singleElement().satisfies(disk -> {
                assertThat(disk.report().way()).isEqualTo(FollowReport.Way.DIFFERENCE);
                assertThat(disk.report().fetched()).isEqualTo(1);
                assertThat(disk.report().zeroed()).isEqualTo(1);
            });
            host.home.assertOverlay(SERVED);
            assertThat(HomeFixture.digest(host.disk.image())).isEqualTo(old);
            assertSalvaged(host, first);
            assertThat(host.machine().state()).isEqualTo(PowerState.OFF);

            Point newest = host.home.put(NEWEST);
            HomeReport second = host.follow(newest);
            assertThat(second.salvaged()).isEqualTo(first.salvaged());
            assertThat(second.disks().getFirst().report().fetched()).isEqualTo(1);
            host.home.assertOverlay(NEWEST);
            assertThat(HomeFixture.digest(host.disk.image())).isEqualTo(old);

            assertThat(host.bringHome(newest).stage()).isEqualTo(HomeStage.HOME);
            assertHome(host);
            assertThat(host.bringHome(newest).disks()).isEmpty();
            assertThat(host.said).last().asString().contains("nothing was done");
        }
    }

    private static void assertSalvaged(HomeHost host, HomeReport report) {
        var vault = host.home.opened(host.home.store).vault();
        Point point = vault.point(report.salvaged().getFirst());
        assertThat(point.id().group()).isEqualTo(HomeHost.LINEAGE);
        assertThat(point.manifest().statistics().newBlocks()).isEqualTo(1);
        assertThat(host.said).anySatisfy(line -> assertThat(line).contains("pinned"));
    }

    @Test
    void untilTheMachineIsHandedItsOverlayTheOldDiskIsAsItWas() throws Exception {
        try (HomeHost host = lost(HomeHost.thatSalvages(fresh()))) {
            String old = HomeFixture.digest(host.disk.image());
            Point newest = host.home.put(NEWEST);
            Homecomings dying = host.homecomings(new InMemoryHypervisor(host.host), step -> {
                if (step == Step.HANDED_OVER) {
                    throw new HomeFixture.Killed(step.toString());
                }
            });

            assertThatThrownBy(() -> host.bringHome(dying, newest)).isInstanceOf(HomeFixture.Killed.class);

            assertThat(HomeFixture.digest(host.disk.image())).isEqualTo(old);
            host.home.assertOverlay(NEWEST);
            assertThat(host.homecomings().heldBack("other", List.of("web"))).isPresent();
            requireRefused(ErrorCode.RECOVERY_HOME_FINISHING, newest.id().toString(), () -> host.follow(newest));
            Point later = host.home.put(SERVED);
            requireRefused(ErrorCode.RECOVERY_HOME_OTHER_POINT, newest.id().toString(), () -> host.bringHome(later));
            host.bringHome(newest);
            assertHome(host);
        }
    }

    @Test
    void killedAfterAnyStepTheSameOrderGoesOn() throws Exception {
        for (int count = 1; ; count++) {
            try (HomeHost host = lost(HomeHost.thatSalvages(fresh()))) {
                Point newest = host.home.put(NEWEST);
                boolean died = false;
                try {
                    host.bringHome(
                            host.homecomings(new InMemoryHypervisor(host.host), HomeFixture.dieAt(count)), newest);
                } catch (HomeFixture.Killed e) {
                    died = true;
                }
                host.bringHome(newest);
                assertHome(host);
                if (!died) {
                    assertThat(count).isGreaterThan(9);
                    return;
                }
            }
        }
    }

    @Test
    void killedAtAnyCallOfTheHypervisorTheSameOrderGoesOn() throws Exception {
        for (HypervisorFault fault : List.of(HypervisorFault.CRASH_BEFORE, HypervisorFault.CRASH_AFTER)) {
            for (int call = 1; ; call++) {
                try (HomeHost host = lost(HomeHost.thatSalvages(fresh()))) {
                    Point newest = host.home.put(NEWEST);
                    InMemoryHypervisor dying = new InMemoryHypervisor(host.host, HypervisorFault.Plan.at(call, fault));
                    try {
                        host.bringHome(host.homecomings(dying, Steps.UNHEARD), newest);
                    } catch (HypervisorFault.Crash e) {
                        assertThat(dying.crashed()).isTrue();
                    }
                    host.bringHome(newest);
                    assertHome(host);
                    if (!dying.crashed()) {
                        assertThat(call).isGreaterThan(8);
                        break;
                    }
                }
            }
        }
    }

    @Test
    void afterTheHostLostItsPowerInTheMiddleOfTheCommitItIsStartedOnItsOverlayAgain() throws Exception {
        try (HomeHost host = lost(HomeHost.thatSalvages(fresh()))) {
            Point newest = host.home.put(NEWEST);
            InMemoryHypervisor dying = new InMemoryHypervisor(
                    host.host, HypervisorFault.Plan.first(1, "finishCommit", HypervisorFault.CRASH_BEFORE));
            assertThatThrownBy(() -> host.bringHome(host.homecomings(dying, Steps.UNHEARD), newest))
                    .isInstanceOf(HypervisorFault.Crash.class);
            assertThat(Follow.state(host.disk)).contains(FollowState.PIVOTING);
            new InMemoryHypervisor(host.host).powerOff(host.machine);

            host.bringHome(newest);

            assertHome(host);
        }
    }

    @Test
    void aDiskThatIsGoneIsRestoredAndCommittedBeforeTheStart() throws Exception {
        for (int count = 1; ; count++) {
            try (HomeHost host = new HomeHost(fresh())) {
                Point newest = host.home.put(NEWEST);
                boolean died = false;
                try {
                    host.bringHome(
                            host.homecomings(new InMemoryHypervisor(host.host), HomeFixture.dieAt(count)), newest);
                } catch (HomeFixture.Killed e) {
                    died = true;
                }
                HomeReport report = host.bringHome(newest);
                host.home.assertHomeImage(NEWEST);
                assertHome(host);
                if (!died) {
                    assertThat(report.stage()).isEqualTo(HomeStage.HOME);
                    assertThat(host.said)
                            .anySatisfy(line -> assertThat(line).contains("by a full restore (there is no disk"));
                    return;
                }
            }
        }
    }

    @Test
    void aDiskThatBecameSmallerIsCommittedBeforeTheStart() throws Exception {
        try (HomeHost host = lost(HomeHost.thatSalvages(fresh()))) {
            byte[] smaller = Arrays.copyOf(NEWEST, SIZE / 2);

            host.bringHome(host.home.put(smaller));

            host.home.assertHomeImage(smaller);
            assertHome(host);
        }
    }

    @Test
    void aMachineThatRunsIsRefusedAndNothingIsHeldBack() throws Exception {
        try (HomeHost host = lost(HomeHost.thatSalvages(fresh()))) {
            Point point = host.home.put(SERVED);
            host.machine().start();

            requireRefused(ErrorCode.RECOVERY_HOME_REFUSED, "web is not off here (running)", () -> host.follow(point));
            requireRefused(ErrorCode.RECOVERY_HOME_REFUSED, "not off", () -> host.bringHome(point));

            assertThat(host.disk.folder()).doesNotExist();
            assertThat(host.homecomings().heldBack(HomeHost.GROUP, List.of("web")))
                    .isEmpty();
        }
    }

    @Test
    void whoFollowsIsLeftAloneUntilSomebodyStartsTheMachine() throws Exception {
        try (HomeHost host = lost(HomeHost.thatSalvages(fresh()))) {
            host.follow(host.home.put(SERVED));
            Homecomings homecomings = host.homecomings();

            assertThat(homecomings.heldBack(HomeHost.GROUP, List.of()))
                    .hasValueSatisfying(reason -> assertThat(reason).contains("follow web@"));
            assertThat(homecomings.heldBack("mail", List.of("mail"))).isEmpty();
            host.machine().start();
            assertThat(homecomings.heldBack(HomeHost.GROUP, List.of("web"))).isEmpty();
        }
    }

    @Test
    void whoCannotSalvageSaysWhyAndMayBeToldNotTo() throws Exception {
        for (String[] granted : new String[][] {{}, {HomeHost.GROUP}}) {
            try (HomeHost host = lost(new HomeHost(fresh(), granted))) {
                Point point = host.home.put(SERVED);

                requireRefused(
                        ErrorCode.RECOVERY_SALVAGE_NOT_POSSIBLE,
                        granted.length == 0 ? "no credentials" : HomeHost.LINEAGE,
                        () -> host.follow(point));
                assertThat(host.homecomings().heldBack(HomeHost.GROUP, List.of()))
                        .isEmpty();

                HomeReport report = host.carryOut(
                        host.homecomings(), new HomeOrder(Deed.FOLLOW, point.id(), Optional.empty(), false), point);
                assertThat(report.salvaged()).isEmpty();
                assertThat(report.disks().getFirst().report().way()).isEqualTo(FollowReport.Way.FINGERPRINTS);
                assertThat(host.said).anySatisfy(line -> assertThat(line).contains("is not published"));
                host.home.assertOverlay(SERVED);
            }
        }
    }

    @Test
    void whatIsKnownIsADifferenceWithoutReadingTheDisk() throws Exception {
        try (HomeHost host = new HomeHost(fresh())) {
            host.home.writeOld(LAST);
            Point known = host.home.put(LAST);
            Point point = host.home.put(SERVED);

            HomeReport report = host.carryOut(
                    host.homecomings(), new HomeOrder(Deed.FOLLOW, point.id(), Optional.of(known.id()), false), point);

            assertThat(report.disks().getFirst().report().way()).isEqualTo(FollowReport.Way.DIFFERENCE);
            assertThat(report.disks().getFirst().report().fetched()).isEqualTo(1);
        }
    }

    @Test
    void onlyTheNewestPointIsBroughtHome() throws Exception {
        try (HomeHost host = lost(HomeHost.thatSalvages(fresh()))) {
            Point older = host.home.put(SERVED);
            Point newest = host.home.put(NEWEST);

            requireRefused(ErrorCode.RECOVERY_HOME_NOT_NEWEST, newest.id().toString(), () -> host.bringHome(older));

            assertThat(host.disk.folder()).doesNotExist();
            assertThat(host.machine().state()).isEqualTo(PowerState.OFF);
        }
    }

    @Test
    void aMachineThatIsNotHereOrIsOnSomethingElseThanAFileIsRefused() throws Exception {
        try (HomeHost host = lost(HomeHost.thatSalvages(fresh()))) {
            Point point = host.home.put(SERVED);
            host.host.image(Path.of("/dev/null"), SIZE);
            new InMemoryHypervisor(host.host)
                    .keepDisksIn(host.machine, Map.of("vda", new DiskFile(Path.of("/dev/null"), "raw")));
            requireRefused(
                    ErrorCode.RECOVERY_HOME_REFUSED, "/dev/null here, which is no file", () -> host.follow(point));
            host.host.remove(host.machine());
            requireRefused(ErrorCode.RECOVERY_HOME_REFUSED, "No machine of web@", () -> host.follow(point));
        }
    }

    @Test
    void aMachineThatSomebodyStartedOnItsOldDiskIsNotCommitted() throws Exception {
        try (HomeHost host = lost(HomeHost.thatSalvages(fresh()))) {
            Point newest = host.home.put(NEWEST);
            Homecomings dying = host.homecomings(new InMemoryHypervisor(host.host), step -> {
                if (step == Step.HANDED_OVER) {
                    throw new HomeFixture.Killed(step.toString());
                }
            });
            assertThatThrownBy(() -> host.bringHome(dying, newest)).isInstanceOf(HomeFixture.Killed.class);
            host.machine().start();

            requireRefused(ErrorCode.RECOVERY_HOME_REFUSED, "on its old disk", () -> host.bringHome(newest));
            host.home.assertOverlay(NEWEST);

            new InMemoryHypervisor(host.host).powerOff(host.machine);
            host.home.writeOld(SERVED);
            requireRefused(ErrorCode.RECOVERY_HOME_DISK_CHANGED, "written to", () -> host.bringHome(newest));
            assertThat(host.disk.overlay()).exists();
        }
    }

    @Test
    void withoutItsJournalAMachineOnItsOverlayIsNotTakenForOneOnItsOldDisk() throws Exception {
        try (HomeHost host = lost(HomeHost.thatSalvages(fresh()))) {
            Point newest = host.home.put(NEWEST);
            InMemoryHypervisor dying = new InMemoryHypervisor(
                    host.host, HypervisorFault.Plan.first(1, "start", HypervisorFault.CRASH_BEFORE));
            assertThatThrownBy(() -> host.bringHome(host.homecomings(dying, Steps.UNHEARD), newest))
                    .isInstanceOf(HypervisorFault.Crash.class);
            Path journal =
                    host.disk.image().resolveSibling("home").resolve("web").resolve("home.json");
            Files.writeString(journal, "{}");

            assertThat(host.homecomings().heldBack(HomeHost.GROUP, List.of()))
                    .hasValueSatisfying(reason -> assertThat(reason).contains("cannot be read"));
            requireRefused(ErrorCode.RECOVERY_HOME_REFUSED, "journal is gone", () -> host.bringHome(newest));
            host.home.assertOverlay(NEWEST);
        }
    }
}
