package dev.lifeboat.replication;

import static dev.lifeboat.replication.ProtectedHost.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.hypervisor.HypervisorFault;
import dev.lifeboat.hypervisor.MachineInMemory;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.Seal;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.Fault;
import dev.lifeboat.vault.store.FaultyStore;
import dev.lifeboat.vault.store.ObjectName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A first copy that goes to the vault on a disk, in somebody's hands. */
@Timeout(180)
class CarriedSeedTest {

    private static final int DISK = 40 * MIB;

    @TempDir
    Path folder;

    private ProtectedHost site;
    private MachineInMemory web;
    private Path disk;

    /** What went to the vault over the link. */
    private final List<String> sent = new ArrayList<>();

    private final AtomicBoolean vaultIsAway = new AtomicBoolean();

    @BeforeEach
    void setUp() throws Exception {
        site = new ProtectedHost(folder);
        web = site.running("web", DISK);
        web.write("vda", 1, 1000);
        disk = Files.createDirectories(folder.resolve("usb/seed"));
    }

    @AfterEach
    void tearDown() {
        assertThat(site.guard.heldUnarmed()).isEmpty();
        site.close();
    }

    private BlobStore link() {
        BlobStore watched = new WatchedStore(site.store, sent::add);
        return new FaultyStore(
                watched,
                (operation, name) -> vaultIsAway.get() ? Fault.UNAVAILABLE : Fault.NONE,
                Duration.ZERO,
                site.time,
                site.random);
    }

    private ProtectedHost.Agent agent() {
        return agent(HypervisorFault.Plan.none());
    }

    private ProtectedHost.Agent agent(HypervisorFault.Plan plan) {
        return site.process(link(), plan, ProtectedHost.carried(disk, "web"));
    }

    /** Until the copy is complete. */
    private GroupReport load(ProtectedHost.Agent agent) throws InterruptedException {
        for (int i = 0; i < 60 && !isOnItsWay(agent); i++) {
            agent.passesOf(Duration.ofMillis(8));
            site.time.pass(agent.attempt());
        }
        assertThat(agent.report().reason().orElseThrow()).contains("lifeboat vault carry-in --vault");
        return agent.report();
    }

    private static boolean isOnItsWay(ProtectedHost.Agent agent) {
        return agent.report()
                .reason()
                .filter(why -> why.startsWith("the vault has no point yet"))
                .isPresent();
    }

    private static String reason(ProtectedHost.Agent agent) {
        return agent.report().reason().orElse("");
    }

    /** The disk is pulled and put elsewhere. */
    private Path pulled() throws Exception {
        return Files.move(disk, folder.resolve("somewhere-else"));
    }

    @Test
    void itIsLoadedAndCarriedInAndOnlyTheDifferenceIsSent() throws Exception {
        ProtectedHost.Agent agent = agent();

        GroupReport report = load(agent);

        assertThat(report.health()).isEqualTo(Health.SEEDING);
        assertThat(report.newest()).isEmpty();
        assertThat(report.seed()).isEmpty();
        assertThat(report.reason().orElseThrow()).contains(disk.toString()).contains("MiB");
        assertThat(sent).isEmpty();
        assertThat(site.store.get(ObjectName.of("vault.json"))).isNotEmpty();
        assertThat(web.checkpointNames()).hasSize(1);

        web.write("vda", 2, 3);
        int views = web.views().size();
        site.time.pass(agent.attempt());
        assertThat(isOnItsWay(agent)).isTrue();
        assertThat(web.views()).as("nothing is read during the journey").hasSize(views);
        agent.kill();

        site.carryIn(pulled());
        ProtectedHost.Agent next = agent();
        Point point = next.publish();

        assertThat(web.views()).hasSize(views + 1);
        assertThat(point.manifest().statistics().newBlocks()).isBetween(1L, 6L);
        assertThat(sent.stream().filter(name -> name.startsWith("packs/"))).hasSize(1);
        assertThat(next.report().health()).isEqualTo(Health.OK);
        assertThat(next.report().resyncs()).isEmpty();
        site.requireTruePoints(web);
        web.write("vda", 3, 3);
        Point _ = next.publish();
        site.requireTruePoints(web);
    }

    @Test
    void theVaultNeedNotBeThereBeforeTheJourney() throws Exception {
        vaultIsAway.set(true);
        ProtectedHost.Agent agent = agent();
        GroupReport report = load(agent);
        assertThat(report.health()).isEqualTo(Health.SEEDING);
        assertThat(report.reason().orElseThrow()).contains("cannot be reached");
        web.write("vda", 2, 3);

        site.carryIn(pulled());
        site.time.pass(agent.attempt());
        assertThat(site.newest()).isEmpty();
        vaultIsAway.set(false);

        Point _ = agent.publish();
        site.requireTruePoints(web);
    }

    @Test
    void itIsLoadedInPassesByProcessesThatAreKilledWhileTheGuestWrites() throws Exception {
        int attempts = 0;
        AtomicInteger calls = new AtomicInteger();
        ProtectedHost.Agent agent = agent();
        while (!isOnItsWay(agent) && attempts < 100) {
            int dies = 6 + attempts % 9;
            calls.set(0);
            agent = agent(
                    method -> calls.incrementAndGet() == dies ? HypervisorFault.CRASH_AFTER : HypervisorFault.NONE);
            try {
                for (int i = 0; i < 3 && !isOnItsWay(agent); i++) {
                    agent.passesOf(Duration.ofMillis(8));
                    site.time.pass(agent.attempt());
                }
            } catch (HypervisorFault.Crash death) {
                site.guard.expire();
            }
            agent.kill();
            web.write("vda", 100 + ++attempts, 2);
        }
        assertThat(attempts).isGreaterThan(2);
        assertThat(isOnItsWay(agent)).isTrue();
        assertThat(site.newest()).isEmpty();

        site.carryIn(pulled());
        Point _ = agent().publish();
        site.requireTruePoints(web);
    }

    @Test
    void whatIsCarriedInByHalvesIsNotBelieved() throws Exception {
        ProtectedHost.Agent agent = agent();
        load(agent);
        Path away = pulled();
        site.carryIn(away);
        List<String> packs = new ArrayList<>();
        site.store.list("packs/", stat -> packs.add(stat.name().text()));
        assertThat(packs).hasSizeGreaterThan(1);
        for (String missing : List.of(packs.getFirst(), packs.getLast())) {
            assertThat(site.store.delete(ObjectName.of(missing))).isTrue();
            site.time.pass(agent.attempt());
            assertThat(isOnItsWay(agent)).isTrue();
            assertThat(site.newest()).isEmpty();
            site.carryIn(away);
        }
        Point _ = agent.publish();
        site.requireTruePoints(web);
    }

    @Test
    void aDiskThatIsPulledStopsItAndOneThatIsBackGoesOn() throws Exception {
        ProtectedHost.Agent agent = agent();
        agent.passesOf(Duration.ofMillis(8));
        site.time.pass(agent.attempt());
        Path away = pulled();
        for (int i = 0; i < 3; i++) {
            site.time.pass(agent.attempt());
            assertThat(agent.report().health()).isEqualTo(Health.BLOCKED);
            assertThat(reason(agent)).contains("which is not here: attach its disk");
            assertThat(web.captured()).isFalse();
        }
        assertThat(disk).doesNotExist();
        Files.move(away, disk);
        load(agent);
        site.carryIn(pulled());
        Point _ = agent.publish();
        site.requireTruePoints(web);
        assertThat(sent.stream().filter(name -> name.startsWith("packs/"))).hasSizeLessThan(2);
    }

    @Test
    void aDiskThatIsPulledWhileItIsWrittenLosesThatPassOnly() throws Exception {
        ProtectedHost.Agent agent = agent();
        agent.passesOf(Duration.ofMillis(8));
        site.time.pass(agent.attempt());
        AtomicBoolean done = new AtomicBoolean();
        site.host.onFirstRead(() -> {
            if (done.compareAndSet(false, true)) {
                move(disk, folder.resolve("somewhere-else"));
            }
        });
        site.time.pass(agent.attempt());
        assertThat(agent.report().health()).isIn(Health.STALLED, Health.SEEDING);
        assertThat(web.captured()).isFalse();
        move(folder.resolve("somewhere-else"), disk);
        load(agent);
        site.carryIn(pulled());
        Point _ = agent.publish();
        site.requireTruePoints(web);
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aDiskThatFillsUpStopsItWithAWordAndRoomLetsItGoOn() throws Exception {
        try (SmallDisk small = SmallDisk.mount(folder.resolve("small"), "400m")) {
            disk = Files.createDirectory(small.folder().resolve("seed"));
            Path other = small.folder().resolve("other-files");
            ProtectedHost.Agent agent = agent();
            site.host.onFirstRead(() -> fill(other, 300L * MIB));
            site.time.pass(agent.attempt());
            site.host.onFirstRead(() -> {});
            int views = web.views().size();

            for (int i = 0; i < 3; i++) {
                site.time.pass(agent.attempt());
                assertThat(agent.report().health()).isEqualTo(Health.BLOCKED);
                assertThat(reason(agent)).contains("is full");
            }

            assertThat(web.views())
                    .as("a full disk is no reason to hold guests")
                    .hasSize(views);
            assertThat(web.captured()).isFalse();
            Files.delete(other);
            load(agent);
            site.carryIn(disk);
            Point _ = agent.publish();
            site.requireTruePoints(web);
        }
    }

    private static void fill(Path file, long size) {
        try (var channel = java.nio.channels.FileChannel.open(
                file, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.WRITE)) {
            java.nio.ByteBuffer zeros = java.nio.ByteBuffer.allocate(MIB);
            for (long at = 0; at < size; at += MIB) {
                int _ = channel.write(zeros.rewind());
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void anEmptyDiskInItsPlaceIsNotTakenForIt() throws Exception {
        ProtectedHost.Agent agent = agent();
        agent.passesOf(Duration.ofMillis(8));
        site.time.pass(agent.attempt());
        Path away = pulled();
        Files.createDirectory(disk);

        site.time.pass(agent.attempt());

        assertThat(agent.report().health()).isEqualTo(Health.BLOCKED);
        assertThat(reason(agent)).contains("which is not here");
        assertThat(disk).isEmptyDirectory();
        Files.delete(disk);
        Files.move(away, disk);
        load(agent);
    }

    @Test
    void aPartThatIsCarriedInFirstIsGoneOnWithOnTheEmptiedDisk() throws Exception {
        ProtectedHost.Agent agent = agent();
        agent.passesOf(Duration.ofMillis(8));
        site.time.pass(agent.attempt());
        site.carryIn(pulled());

        site.time.pass(agent.attempt());
        assertThat(agent.report().health()).isEqualTo(Health.BLOCKED);
        assertThat(reason(agent)).contains("there is no such folder");
        Files.createDirectory(disk);
        load(agent);
        site.carryIn(disk);

        Point _ = agent.publish();
        site.requireTruePoints(web);
        assertThat(sent.stream().filter(name -> name.startsWith("packs/"))).hasSizeLessThan(2);
    }

    @Test
    void aPartThatIsCarriedInIsGoneOnWithOverTheLinkWhenNoFolderIsNamedAnyMore() throws Exception {
        ProtectedHost.Agent agent = agent();
        agent.passesOf(Duration.ofMillis(8));
        site.time.pass(agent.attempt());
        agent.kill();
        site.carryIn(pulled());

        Point _ = site.process("web").publish();

        site.requireTruePoints(web);
        assertThat(site.notes).anyMatch(note -> note.endsWith("is in the vault"));
    }

    @Test
    void aLostDiskIsGivenUpWhenTheConfigurationDoesNotNameItAnyMore() throws Exception {
        ProtectedHost.Agent agent = agent();
        load(agent);
        agent.kill();
        Path _ = pulled();

        ProtectedHost.Agent next = site.process(link(), HypervisorFault.Plan.none(), ProtectedHost.protection("web"));
        vaultIsAway.set(true);
        site.time.pass(next.attempt());
        assertThat(next.report().health()).isEqualTo(Health.STALLED);
        assertThat(reason(next)).contains("nobody can tell");
        vaultIsAway.set(false);
        Point _ = next.publish();

        assertThat(site.notes).anyMatch(note -> note.contains("is given up"));
        site.requireTruePoints(web);
    }

    @Test
    void aLostDiskIsFollowedByAnotherWhenAnotherFolderIsNamed() throws Exception {
        ProtectedHost.Agent agent = agent();
        load(agent);
        agent.kill();
        Path _ = pulled();
        disk = Files.createDirectories(folder.resolve("usb/second"));

        ProtectedHost.Agent next = agent();
        load(next);
        site.carryIn(disk);
        Point _ = next.publish();

        site.requireTruePoints(web);
        assertThat(sent.stream().filter(name -> name.startsWith("packs/"))).hasSizeLessThan(2);
    }

    @Test
    void aFolderThatWasCopiedToALargerDiskIsGoneOnWith() throws Exception {
        ProtectedHost.Agent agent = agent();
        agent.passesOf(Duration.ofMillis(8));
        site.time.pass(agent.attempt());
        agent.kill();
        Path larger = folder.resolve("usb/larger");
        Files.move(disk, larger);
        disk = larger;

        ProtectedHost.Agent next = agent();
        load(next);
        assertThat(site.notes).noneMatch(note -> note.contains("given up"));
        site.carryIn(disk);
        Point _ = next.publish();
        site.requireTruePoints(web);
    }

    @Test
    void aSealOfTheCollectorDuringTheJourneyDoesNoHarm() throws Exception {
        ProtectedHost.Agent agent = agent();
        load(agent);
        site.seal(Seal.Reason.COLLECTOR);
        site.carryIn(pulled());

        Point point = agent.publish();

        assertThat(point.id().epoch()).isEqualTo(2);
        site.requireTruePoints(web);
    }

    @Test
    void whatTheCollectorTookBeforeTheFirstPointIsAskedForAgain() throws Exception {
        ProtectedHost.Agent loading = agent();
        load(loading);
        loading.kill();
        Path away = pulled();
        site.carryIn(away);
        AtomicBoolean sealed = new AtomicBoolean();
        BlobStore contested = new WatchedStore(site.store, name -> {
            if (name.startsWith("points/") && sealed.compareAndSet(false, true)) {
                site.seal(Seal.Reason.COLLECTOR);
                List<String> packs = new ArrayList<>();
                site.store.list("packs/", stat -> packs.add(stat.name().text()));
                assertThat(site.store.delete(ObjectName.of(packs.getFirst()))).isTrue();
            }
        });
        ProtectedHost.Agent agent =
                site.process(contested, HypervisorFault.Plan.none(), ProtectedHost.carried(disk, "web"));
        for (int i = 0; i < 3; i++) {
            site.time.pass(agent.attempt());
        }
        assertThat(sealed).isTrue();
        assertThat(isOnItsWay(agent)).isTrue();
        assertThat(site.newest()).isEmpty();

        site.carryIn(away);
        Point point = agent.publish();
        assertThat(point.id().epoch()).isEqualTo(2);
        site.requireTruePoints(web);
    }

    @Test
    void afterAFailoverDuringTheJourneyNothingIsPublished() throws Exception {
        ProtectedHost.Agent agent = agent();
        load(agent);
        site.seal(Seal.Reason.FAILOVER);
        site.carryIn(pulled());

        for (int i = 0; i < 3; i++) {
            site.time.pass(agent.attempt());
        }

        assertThat(agent.report().health()).isEqualTo(Health.BLOCKED);
        assertThat(site.newest()).isEmpty();
    }

    @Test
    void trackingThatIsLostDuringTheJourneyCostsReadingAndNoSending() throws Exception {
        ProtectedHost.Agent agent = agent();
        load(agent);
        web.kill();
        web.start();
        web.write("vda", 2, 3);
        site.carryIn(pulled());
        agent.passesOf(Duration.ofMinutes(5));

        Point point = agent.publish();

        site.requireTruePoints(web);
        assertThat(agent.report().resyncs()).hasSize(1);
        assertThat(point.manifest().statistics().readBytes()).isGreaterThan(10L * MIB);
        assertThat(point.manifest().statistics().newBlocks()).isBetween(1L, 6L);
    }

    @Test
    void aGroupThatHasAPointNeedsNoFolderAndNeverUsesIt() throws Exception {
        Point first = site.process("web").publish();
        web.write("vda", 2, 3);
        ProtectedHost.Agent agent = agent();
        Point second = agent.publish();
        assertThat(second.id()).isEqualTo(first.id().next());
        assertThat(disk).isEmptyDirectory();
        agent.kill();

        vaultIsAway.set(true);
        ProtectedHost.Agent cutOff = agent();
        for (int i = 0; i < 3; i++) {
            site.time.pass(cutOff.attempt());
        }
        assertThat(cutOff.report().health()).isEqualTo(Health.STALLED);
        assertThat(disk).isEmptyDirectory();
        assertThat(web.checkpointNames()).containsExactly(ProtectedHost.checkpoint(second, "web"));
    }

    @Test
    void theProcessMayDieAtEachCallOfTheVaultWhenTheCopyHasArrived() throws Exception {
        for (Fault fault : new Fault[] {Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.ANSWER_LOST, Fault.UNAVAILABLE}) {
            AtomicBoolean met = new AtomicBoolean(true);
            int call = 1;
            for (; met.get() && call < 100; call++) {
                met.set(false);
                diesAt(call, fault, met);
            }
            assertThat(call).as("calls with %s", fault).isBetween(5, 99);
        }
    }

    private void diesAt(int call, Fault fault, AtomicBoolean met) throws Exception {
        Path own = Files.createTempDirectory(folder, "s");
        try (ProtectedHost other = new ProtectedHost(own)) {
            MachineInMemory db = other.running("db", 2 * MIB);
            db.write("vda", 1, 10);
            Path carried = Files.createDirectory(own.resolve("usb"));
            ProtectedHost.Agent first =
                    other.process(other.store, HypervisorFault.Plan.none(), ProtectedHost.carried(carried, "db"));
            for (int i = 0; i < 10 && !isOnItsWay(first); i++) {
                other.time.pass(first.attempt());
            }
            assertThat(isOnItsWay(first)).isTrue();
            first.kill();
            db.write("vda", 2, 2);
            other.carryIn(carried);
            AtomicInteger calls = new AtomicInteger();
            BlobStore faulty = new FaultyStore(
                    other.store,
                    (operation, name) -> {
                        boolean now = calls.incrementAndGet() == call;
                        met.compareAndSet(false, now);
                        return now ? fault : Fault.NONE;
                    },
                    Duration.ZERO,
                    other.time,
                    other.random);
            ProtectedHost.Agent second =
                    other.process(faulty, HypervisorFault.Plan.none(), ProtectedHost.carried(carried, "db"));
            try {
                for (int i = 0; i < 3; i++) {
                    other.time.pass(second.attempt());
                }
            } catch (dev.lifeboat.vault.store.StoreCrash death) {
                other.guard.expire();
            }
            second.kill();
            db.write("vda", 3, 2);
            Point _ = other.process(other.store, HypervisorFault.Plan.none(), ProtectedHost.carried(carried, "db"))
                    .publish();
            other.requireTruePoints(db);
        }
    }
}
