package dev.lifeboat.recovery.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.host.HostUser;
import dev.lifeboat.host.Program;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.recovery.home.FollowReport.Way;
import dev.lifeboat.recovery.image.ImageFormat;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.store.Fault;
import dev.lifeboat.vault.store.FaultPlan;
import dev.lifeboat.vault.store.FaultyStore;
import dev.lifeboat.vault.store.StoreOperation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A disk at home comes to points of the vault, byte for byte, and what is moved for that is what differs. */
@SuppressWarnings("NullAway.Init") // made before each test
class FollowTest {

    private static final int BLOCK = HomeFixture.BLOCK;
    private static final int SIZE = 6 << 20;

    @TempDir
    private Path folder;

    private HomeFixture home;

    @BeforeEach
    void make() {
        home = new HomeFixture(folder, 1, ImageFormat.raw);
    }

    /** The old disk is the group's last point, and there is a next one. */
    @SuppressWarnings("ArrayRecordComponent") // the arrays are disks
    private record Behind(byte[] before, Point last, byte[] after, Point target) {}

    private Behind behind(int firstBlock, int blocks) throws Exception {
        byte[] before = HomeFixture.content(1, SIZE);
        home.writeOld(before);
        Point last = home.put(before);
        byte[] after = HomeFixture.changed(before, firstBlock * BLOCK, blocks * BLOCK, 2);
        return new Behind(before, last, after, home.put(after));
    }

    @Test
    void afterAPlannedFailoverOnlyTheDifferenceIsLookedAtAndMoved() throws Exception {
        byte[] before = HomeFixture.content(1, SIZE);
        home.writeOld(before);
        Point last = home.put(before);
        byte[] after = HomeFixture.changed(before, 8 * BLOCK, 4 * BLOCK, 2);
        Arrays.fill(after, 20 * BLOCK, 22 * BLOCK, (byte) 0);
        Point target = home.put(after);
        String digest = HomeFixture.digest(home.disk.image());

        FollowReport report = home.bring(target, last);

        assertThat(report.way()).as(report.reason()).isEqualTo(Way.DIFFERENCE);
        assertThat(report.looked()).isEqualTo(6);
        assertThat(report.fetched()).isEqualTo(4);
        assertThat(report.zeroed()).isEqualTo(2);
        assertThat(report.moved()).isBetween(4L * BLOCK, 4L * BLOCK + 80_000);
        home.assertOverlay(after);
        assertThat(HomeFixture.digest(home.disk.image())).isEqualTo(digest);
    }

    @Test
    void afterADisasterTheDiskIsReadLocallyAndOnlyWhatDiffersIsMoved() throws Exception {
        byte[] before = HomeFixture.content(1, SIZE);
        home.put(before);
        home.writeOld(HomeFixture.changed(before, 40 * BLOCK, 2 * BLOCK, 9));
        byte[] after = HomeFixture.changed(before, 8 * BLOCK, 4 * BLOCK, 2);
        Point target = home.put(after);

        FollowReport report = home.bring(target);

        assertThat(report.way()).isEqualTo(Way.FINGERPRINTS);
        assertThat(report.looked()).isEqualTo(SIZE / BLOCK);
        assertThat(report.fetched() + report.zeroed()).isBetween(5L, 6L);
        assertThat(report.moved()).isLessThan(6L * BLOCK + 80_000);
        home.assertOverlay(after);
        FollowReport next = home.bring(home.put(before));
        assertThat(next.way()).isEqualTo(Way.DIFFERENCE);
        assertThat(next.looked()).isBetween(4L, 5L);
        home.assertOverlay(before);
    }

    @Test
    void aDiskThatIsGoneIsRestoredInFullAndThatIsSaid() throws Exception {
        byte[] content = HomeFixture.content(1, SIZE + 1000);
        FollowReport report = home.bring(home.put(content));
        assertThat(report.way()).isEqualTo(Way.FULL);
        assertThat(report.reason()).contains("there is no disk");
        home.assertOverlay(content);
        byte[] smaller = Arrays.copyOf(content, SIZE / 2 + 7);
        assertThat(home.bring(home.put(smaller)).way()).isEqualTo(Way.DIFFERENCE);
        home.assertOverlay(smaller);
        home.commit();
        home.assertHome(smaller);
    }

    @Test
    void whereNothingDiffersNothingIsMovedButTrees() throws Exception {
        byte[] content = HomeFixture.content(1, SIZE);
        home.writeOld(content);
        Point point = home.put(content);
        assertThat(home.bring(point).fetched()).isZero();
        FollowReport again = home.bring(point);
        assertThat(again.looked()).isZero();
        assertThat(again.way()).isEqualTo(Way.DIFFERENCE);
        home.assertOverlay(content);
    }

    // Random histories

    private static void history(Path folder, long seed, int steps) throws Exception {
        Random random = new Random(seed);
        ImageFormat format = random.nextBoolean() ? ImageFormat.raw : ImageFormat.qcow2;
        HomeFixture home = new HomeFixture(Files.createDirectory(folder.resolve("seed" + seed)), seed, format);
        DiskHistory history = new DiskHistory(random);
        boolean diverged = random.nextBoolean();
        boolean gone = random.nextInt(5) == 0;
        if (!gone) {
            home.writeOld(diverged ? history.diverged() : history.content());
        }
        Point last = home.put(history.content());
        Optional<Point> known = diverged || random.nextBoolean() ? Optional.empty() : Optional.of(last);
        String digest = gone ? "" : HomeFixture.digest(home.disk.image());
        for (int i = 0; i < steps; i++) {
            byte[] content = history.step();
            Point target = home.put(content);
            while (random.nextInt(3) == 0) {
                try {
                    home.follow(HomeFixture.dieAt(1 + random.nextInt(9))).bring(home.disk, target, known, offset -> {});
                } catch (HomeFixture.Killed e) {
                    content = random.nextBoolean() ? content : history.step();
                    target = home.put(content);
                }
            }
            FollowReport report = home.follow().bring(home.disk, target, known, offset -> {});
            assertThat(report.point()).isEqualTo(target.id());
            home.assertOverlay(content);
            if (!gone) {
                assertThat(HomeFixture.digest(home.disk.image())).isEqualTo(digest);
            }
        }
        home.commit();
        home.assertHome(history.content());
    }

    private void histories(long first, int count, int steps) throws Exception {
        for (long seed = first; seed < first + count; seed++) {
            try {
                history(folder, seed, steps);
            } catch (AssertionError | Exception e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    @Test
    void anyHistoryComesHome() throws Exception {
        histories(20_261_121, 10, 3);
    }

    @Test
    @Tag("long")
    void manyHistoriesComeHome() throws Exception {
        histories(1000, 100, 6);
    }

    // Broken off

    /** To the same point or to another; where it is not known what the disk was, it is compared again. */
    @ParameterizedTest(name = "known: {0}, to another point: {1}")
    @CsvSource({"true, false", "true, true", "false, true"})
    void killedAfterAnyStepTheSameCommandGoesOn(boolean known, boolean toAnother) throws Exception {
        byte[] before = HomeFixture.content(1, SIZE);
        byte[] first = HomeFixture.changed(before, 60 * BLOCK, 8 * BLOCK, 2);
        byte[] second = Arrays.copyOf(HomeFixture.changed(before, 64 * BLOCK, BLOCK, 3), SIZE + BLOCK / 2);
        home.writeOld(before);
        Point last = home.put(before);
        Point target = home.put(first);
        Point another = home.put(second);
        Optional<Point> said = known ? Optional.of(last) : Optional.empty();
        boolean ended = false;
        for (int step = 1; !ended; step++) {
            HomeDisk disk = new HomeDisk("vda", home.disk.image(), ImageFormat.raw, folder.resolve("home" + step));
            try {
                home.follow(HomeFixture.dieAt(step)).bring(disk, target, said, offset -> {});
                ended = true;
            } catch (HomeFixture.Killed e) {
                ended = false;
            }
            FollowReport report = home.follow().bring(disk, toAnother ? another : target, said, offset -> {});
            if (known) {
                assertThat(report.way())
                        .as("after step %d: %s", step, report.reason())
                        .isEqualTo(Way.DIFFERENCE);
            }
            HomeFixture at = home.with(disk);
            at.assertOverlay(toAnother ? second : first);
        }
    }

    @Test
    void withADamagedJournalEverythingIsCompared() throws Exception {
        Behind disk = behind(8, 1);
        home.bring(disk.target(), disk.last());
        Files.writeString(home.disk.journal(), "{\"format\": \"lifeboat-follow\", \"ver");
        assertThatThrownBy(home::commit).is(HomeFixture.code(ErrorCode.RECOVERY_FOLLOW_UNFINISHED));

        FollowReport report = home.bring(disk.last(), disk.last());

        assertThat(report.way()).isEqualTo(Way.FINGERPRINTS);
        assertThat(report.reason()).contains("journal is damaged");
        home.assertOverlay(disk.before());
    }

    @Test
    void aStoreThatFailsIsAnErrorAndTheSameCommandGoesOn() throws Exception {
        Behind disk = behind(8, 40);
        int failures = 0;
        for (long call = 1; call < 30; call += 4) {
            FaultPlan plan = FaultPlan.at(call, Fault.UNAVAILABLE).only(StoreOperation.GET_RANGE);
            FaultyStore store = new FaultyStore(home.store, plan, Duration.ZERO, home.time, home.random);
            try {
                home.follow(store, Steps.UNHEARD)
                        .bring(home.disk, disk.target(), Optional.of(disk.last()), offset -> {});
            } catch (RuntimeException e) {
                failures++;
            }
        }
        assertThat(failures).isPositive();
        home.bring(disk.target(), disk.last());
        home.assertOverlay(disk.after());
    }

    @Test
    void aBlockThatIsDamagedInTheStoreIsNotWritten() throws Exception {
        Behind disk = behind(8, 40);
        FaultPlan flips =
                FaultPlan.random(new Random(5), 0.3, Fault.READ_FLIPPED).only(StoreOperation.GET_RANGE);
        for (int i = 0; i < 3; i++) {
            try {
                FaultyStore store = new FaultyStore(home.store, flips, Duration.ZERO, home.time, home.random);
                home.follow(store, Steps.UNHEARD)
                        .bring(home.disk, disk.target(), Optional.of(disk.last()), offset -> {});
                home.assertOverlay(disk.after());
            } catch (RuntimeException e) {
                assertThat(e).hasMessageContaining("packs/");
            }
        }
        home.bring(disk.target(), disk.last());
        home.assertOverlay(disk.after());
    }

    @Test
    void aFullDiskIsAnErrorAndTheSameCommandGoesOnOnceThereIsSpace() throws Exception {
        Assumptions.assumeTrue(HostUser.current().isRoot(), "a file system of its own is mounted by root alone");
        Path small = Files.createDirectory(folder.resolve("small"));
        Assumptions.assumeTrue(
                Program.of("mount", "-t", "tmpfs", "-o", "size=2m", "lifeboat-test", small.toString())
                        .run()
                        .succeeded(),
                "this root may not mount");
        try {
            byte[] before = HomeFixture.content(1, SIZE);
            byte[] after = HomeFixture.changed(before, 0, SIZE, 2);
            home.writeOld(before);
            Point last = home.put(before);
            Point target = home.put(after);
            HomeDisk disk = new HomeDisk("vda", home.disk.image(), ImageFormat.raw, small.resolve("home"));
            assertThatThrownBy(() -> home.follow().bring(disk, target, Optional.of(last), offset -> {}))
                    .is(HomeFixture.code(ErrorCode.HOST_NO_SPACE));
            Program.of("mount", "-o", "remount,size=32m", small.toString())
                    .run()
                    .orThrow();
            assertThat(home.follow()
                            .bring(disk, target, Optional.of(last), offset -> {})
                            .way())
                    .isEqualTo(Way.DIFFERENCE);
            home.with(disk).assertOverlay(after);
        } finally {
            Program.of("umount", "--lazy", small.toString()).run().orThrow();
        }
    }

    // What was said and is not so

    @Test
    void aDiskThatIsAnEarlierPointThanWasSaidIsFoundOut() throws Exception {
        // Large enough for the odd blocks to be none of those that are spread over the disk.
        byte[] first = new byte[2 * KnownPoint.SPREAD * BLOCK];
        home.put(first);
        home.writeOld(first);
        byte[] said = HomeFixture.changed(first, 31 * BLOCK + 5, 100, 2);
        Point second = home.put(said);
        byte[] after = HomeFixture.changed(said, 51 * BLOCK, 100, 3);
        FollowReport report = home.bring(home.put(after), second);
        assertThat(report.way()).isEqualTo(Way.FINGERPRINTS);
        assertThat(report.reason()).contains("block 31 is not that of web@1-2");
        home.assertOverlay(after);
    }

    @Test
    void aDiskThatWasWrittenToAfterThePointIsFoundOut() throws Exception {
        byte[] before = HomeFixture.content(1, SIZE);
        home.writeOld(before);
        Point last = home.put(before);
        home.writeOld(HomeFixture.changed(before, 77 * BLOCK, 1, 2));
        Point target = home.put(before);
        FollowReport report = home.bring(target, last);
        assertThat(report.way()).isEqualTo(Way.FINGERPRINTS);
        assertThat(report.reason()).contains("was written to at");
        home.assertOverlay(before);
    }

    @Test
    void anotherDiskThanWasSaidIsFoundOut() throws Exception {
        home.writeOld(HomeFixture.content(3, SIZE));
        byte[] content = HomeFixture.content(1, SIZE);
        Point last = home.put(content);
        FollowReport report = home.bring(home.put(content), last);
        assertThat(report.reason()).contains("block 0 is not that of web@1-1");
        home.assertOverlay(content);
    }

    @Test
    void aDiskOfAnotherSizeThanWasSaidIsFoundOut() throws Exception {
        byte[] content = HomeFixture.content(1, SIZE);
        home.writeOld(Arrays.copyOf(content, SIZE - 512));
        Point last = home.put(content);
        assertThat(home.bring(last, last).reason()).contains("bytes");
        home.assertOverlay(content);
    }

    // What must not be written to

    @Test
    void anOverlayThatAMachineHasWrittenToFollowsNoMore() throws Exception {
        byte[] content = HomeFixture.content(1, SIZE);
        home.writeOld(content);
        Point point = home.put(content);
        home.bring(point, point);
        Program.of(
                        "qemu-io",
                        "-f",
                        "qcow2",
                        "-c",
                        "write -P 5 0 512",
                        home.disk.overlay().toString())
                .run()
                .orThrow();
        assertThatThrownBy(() -> home.bring(point)).is(HomeFixture.code(ErrorCode.RECOVERY_FOLLOW_WRITTEN));
        byte[] written = content.clone();
        Arrays.fill(written, 0, 512, (byte) 5);
        assertThat(home.commit().written()).isTrue();
        home.assertHome(written);
    }

    @Test
    void anOverlayThatWasHandedToAMachineFollowsNoMore() throws Exception {
        byte[] content = HomeFixture.content(1, SIZE);
        home.writeOld(content);
        Point point = home.put(content);
        assertThatThrownBy(() -> Follow.handOver(home.disk)).is(HomeFixture.code(ErrorCode.RECOVERY_FOLLOW_UNFINISHED));
        home.bring(point, point);
        Follow.handOver(home.disk);
        assertThatThrownBy(() -> home.bring(point)).is(HomeFixture.code(ErrorCode.RECOVERY_FOLLOW_WRITTEN));
        assertThat(home.commit().written()).isFalse();
        home.assertHome(content);
    }

    @Test
    void anImageThatIsNotOursIsLeftAlone() throws Exception {
        byte[] content = HomeFixture.content(1, SIZE);
        home.writeOld(content);
        Point point = home.put(content);
        Files.createDirectories(home.disk.folder());
        Files.writeString(home.disk.overlay(), "somebody's");
        assertThatThrownBy(() -> home.bring(point)).is(HomeFixture.code(ErrorCode.RECOVERY_FOLLOW_FOREIGN));
        assertThat(home.disk.overlay()).hasContent("somebody's");
        Files.delete(home.disk.overlay());
        home.bring(point);
        HomeDisk renamed = new HomeDisk("web/vda", home.disk.image(), ImageFormat.raw, home.disk.folder());
        assertThatThrownBy(() -> home.follow().bring(renamed, point, Optional.empty(), offset -> {}))
                .is(HomeFixture.code(ErrorCode.RECOVERY_FOLLOW_FOREIGN));
    }

    @Test
    void onlyOneAtATime() throws Exception {
        Point point = home.put(HomeFixture.content(1, SIZE));
        try (FollowLock _ = FollowLock.take(home.disk)) {
            assertThatThrownBy(() -> home.bring(point)).is(HomeFixture.code(ErrorCode.RECOVERY_FOLLOW_BUSY));
        }
    }

    @Test
    void anOldDiskThatIsWrittenToMeanwhileIsComparedAgain() throws Exception {
        Behind disk = behind(8, 1);
        home.bring(disk.target(), disk.last());
        home.writeOld(HomeFixture.changed(disk.before(), 77 * BLOCK, 1, 2));
        assertThatThrownBy(home::commit).is(HomeFixture.code(ErrorCode.RECOVERY_HOME_DISK_CHANGED));
        FollowReport report = home.bring(disk.target());
        assertThat(report.reason()).contains("was written to since");
        home.assertOverlay(disk.after());
        home.commit();
        home.assertHome(disk.after());
    }

    @Test
    void anOldDiskThatGoesAwayMeanwhileIsRestored() throws Exception {
        Behind disk = behind(8, 1);
        home.bring(disk.target(), disk.last());
        Files.delete(home.disk.image());
        FollowReport report = home.bring(disk.target());
        assertThat(report.way()).isEqualTo(Way.FULL);
        assertThat(report.reason()).contains("is gone");
        home.assertOverlay(disk.after());
        home.commit();
        home.assertHome(disk.after());
    }
}
