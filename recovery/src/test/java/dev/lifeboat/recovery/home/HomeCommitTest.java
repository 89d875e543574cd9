package dev.lifeboat.recovery.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.recovery.image.ImageFormat;
import dev.lifeboat.vault.Point;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The overlay is taken into the old disk, whatever happens on the way. */
@SuppressWarnings("NullAway.Init") // made by JUnit
class HomeCommitTest {

    private static final int BLOCK = HomeFixture.BLOCK;
    private static final int SIZE = 3 << 20;

    @TempDir
    private Path folder;

    private HomeFixture made(ImageFormat format, String name) throws Exception {
        return new HomeFixture(Files.createDirectories(folder.resolve(name)), 1, format);
    }

    /** Dies after each step in turn, and then goes on. */
    private void dieEverywhere(ImageFormat format, boolean gone, int size) throws Exception {
        boolean ended = false;
        for (int step = 1; !ended; step++) {
            HomeFixture home = made(format, "%s-%s-%d-%d".formatted(format, gone, size, step));
            byte[] before = HomeFixture.content(1, SIZE);
            byte[] after = Arrays.copyOf(HomeFixture.changed(before, 8 * BLOCK, BLOCK, 2), size);
            if (!gone) {
                home.writeOld(before);
            }
            Point last = home.put(before);
            Point target = home.put(after);
            home.bring(target, last);
            try {
                new HomeCommit(HomeFixture.dieAt(step)).commit(home.disk);
                ended = true;
            } catch (HomeFixture.Killed e) {
                ended = false;
            }
            CommitReport report = home.commit();
            assertThat(report.written()).as("after step %d", step).isFalse();
            assertThat(report.point()).isEqualTo(target.id());
            home.assertHome(after);
            assertThat(home.commit()).isEqualTo(report);
        }
    }

    @ParameterizedTest
    @EnumSource(ImageFormat.class)
    void killedAfterAnyStepTheSameCommandGoesOn(ImageFormat format) throws Exception {
        dieEverywhere(format, false, SIZE);
    }

    @ParameterizedTest
    @EnumSource(ImageFormat.class)
    void aDiskThatWasGoneIsThereAgain(ImageFormat format) throws Exception {
        dieEverywhere(format, true, SIZE + 100);
    }

    @ParameterizedTest
    @EnumSource(ImageFormat.class)
    void aDiskThatBecameSmallerOrLargerHasItsSize(ImageFormat format) throws Exception {
        dieEverywhere(format, false, SIZE / 2 - 77);
        dieEverywhere(format, false, SIZE + 3 * BLOCK + 1);
    }

    @Test
    void whatHasNotComeToAPointIsNotCommitted() throws Exception {
        HomeFixture home = made(ImageFormat.raw, "unfinished");
        assertThatThrownBy(home::commit).is(HomeFixture.code(ErrorCode.RECOVERY_FOLLOW_UNFINISHED));
        byte[] before = HomeFixture.content(1, SIZE);
        home.writeOld(before);
        Point target = home.put(HomeFixture.changed(before, 0, BLOCK, 2));
        String digest = HomeFixture.digest(home.disk.image());
        assertThatThrownBy(() -> home.follow(step -> {
                            if (step == Steps.Step.BLOCKS) {
                                throw new HomeFixture.Killed("it");
                            }
                        })
                        .bring(home.disk, target, Optional.empty(), offset -> {}))
                .isInstanceOf(HomeFixture.Killed.class);
        assertThatThrownBy(home::commit).is(HomeFixture.code(ErrorCode.RECOVERY_FOLLOW_UNFINISHED));
        assertThat(HomeFixture.digest(home.disk.image())).isEqualTo(digest);
    }

    @Test
    void aDiskThatCameBackBesideARestoredOneIsNotOverwritten() throws Exception {
        HomeFixture home = made(ImageFormat.raw, "back");
        home.bring(home.put(HomeFixture.content(1, SIZE)));
        home.writeOld(HomeFixture.content(2, SIZE));
        assertThatThrownBy(home::commit).is(HomeFixture.code(ErrorCode.RECOVERY_HOME_DISK_CHANGED));
        home.assertHomeImage(HomeFixture.content(2, SIZE));
    }

    @Test
    void aCommittedDiskFollowsAgainFromThere() throws Exception {
        HomeFixture home = made(ImageFormat.raw, "again");
        byte[] before = HomeFixture.content(1, SIZE);
        home.writeOld(before);
        home.bring(home.put(before));
        home.commit();
        byte[] after = HomeFixture.changed(before, 8 * BLOCK, BLOCK, 2);
        Point target = home.put(after);
        FollowReport report = home.bring(target);
        home.assertOverlay(after);
        assertThat(report.way()).as(report.reason()).isEqualTo(FollowReport.Way.DIFFERENCE);
        assertThat(report.fetched()).isEqualTo(1);
        home.commit();
        home.assertHome(after);
    }
}
