package dev.lifeboat.recovery.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.recovery.home.FollowReport.Way;
import dev.lifeboat.recovery.image.ImageFormat;
import dev.lifeboat.vault.Pin;
import dev.lifeboat.vault.Pins;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.capture.RecentBlocks;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.point.MachineRecord;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.Fault;
import dev.lifeboat.vault.store.FaultPlan;
import dev.lifeboat.vault.store.FaultyStore;
import dev.lifeboat.vault.store.StoreCrash;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was lost in the disaster is on the old disk, and in the vault before anything is done to that. */
@SuppressWarnings("NullAway.Init") // made by JUnit
class SalvageTest {

    private static final int BLOCK = HomeFixture.BLOCK;
    private static final int SIZE = 5 << 20;

    @TempDir
    private Path folder;

    private static SalvageReport salvage(HomeFixture home, BlobStore store, Credentials writer)
            throws InterruptedException {
        return new Salvage(store, writer, HomeFixture.PROCESSORS, home.random, home.time)
                .publish(
                        new Salvage.Salvaged("web", "web", Map.of("vda", home.disk)), new RecentBlocks(), offset -> {});
    }

    private static byte[] content(HomeFixture home, Point point) throws InterruptedException {
        Vault vault = home.opened(home.store).vault();
        byte[] content = new byte[(int) point.disk("vda").size()];
        vault.reader(point.disk("vda"), Runnable::run).read(0, ByteBuffer.wrap(content));
        return content;
    }

    @ParameterizedTest
    @EnumSource(ImageFormat.class)
    void aDivergedDiskIsPublishedBesideItsGroupAndPinnedAndOnlyWhatIsNewIsStored(ImageFormat format) throws Exception {
        HomeFixture home = new HomeFixture(folder, 1, format);
        byte[] last = HomeFixture.content(1, SIZE);
        Point before = home.put(last);
        byte[] lost = HomeFixture.changed(last, 12 * BLOCK + 100, 3 * BLOCK, 2);
        home.writeOld(lost);
        Point served = home.put(HomeFixture.changed(last, 40 * BLOCK, 10 * BLOCK, 3));
        String digest = HomeFixture.digest(home.disk.image());
        Credentials writer = home.credentials("home-1", "*");

        SalvageReport report = salvage(home, home.store, writer);

        Point point = report.point();
        assertThat(point.id()).hasToString("web.salvage.home-1@1-1");
        assertThat(content(home, point)).isEqualTo(lost);
        assertThat(report.made()).isTrue();
        assertThat(report.newBlocks()).isBetween(3L, 4L);
        assertThat(report.stored()).isLessThan(5L * BLOCK);
        assertThat(point.machines())
                .singleElement()
                .extracting(MachineRecord::description)
                .isEqualTo(before.machines().getFirst().description());
        assertThat(HomeFixture.digest(home.disk.image())).isEqualTo(digest);
        Pins pins = new Pins(home.opened(home.store).vault(), writer.signer(), home.time, home.random);
        assertThat(pins.list("web.salvage.home-1"))
                .singleElement()
                .extracting(Pin::holder)
                .isEqualTo(Salvage.HOLDER);
        assertThat(home.opened(home.store).vault().group("web").newest().map(Point::id))
                .contains(served.id());

        FollowReport followed = home.bring(served, point);
        assertThat(followed.way()).as(followed.reason()).isEqualTo(Way.DIFFERENCE);
        assertThat(followed.looked()).isBetween(12L, 15L);
        home.assertOverlay(HomeFixture.changed(last, 40 * BLOCK, 10 * BLOCK, 3));
        home.commit();
        assertThat(content(home, point)).isEqualTo(lost);
    }

    @Test
    void whatWasSalvagedAlreadyIsNotPublishedAgain() throws Exception {
        HomeFixture home = new HomeFixture(folder, 1, ImageFormat.raw);
        byte[] last = HomeFixture.content(1, SIZE);
        home.put(last);
        home.writeOld(HomeFixture.changed(last, 12 * BLOCK, 3 * BLOCK, 2));
        Credentials writer = home.credentials("home-1", "web", "web.salvage.home-1");
        SalvageReport first = salvage(home, home.store, writer);
        SalvageReport second = salvage(home, home.store, writer);
        assertThat(second.made()).isFalse();
        assertThat(second.point().id()).isEqualTo(first.point().id());
        byte[] more = HomeFixture.changed(last, 50 * BLOCK, BLOCK, 3);
        home.writeOld(more);
        SalvageReport third = salvage(home, home.store, writer);
        assertThat(third.point().id()).hasToString("web.salvage.home-1@1-2");
        assertThat(content(home, third.point())).isEqualTo(more);
    }

    @Test
    void killedAtAnyCallOfTheStoreItIsPublishedOnce() throws Exception {
        HomeFixture home = new HomeFixture(folder, 1, ImageFormat.raw);
        byte[] last = HomeFixture.content(1, SIZE);
        home.put(last);
        byte[] lost = HomeFixture.changed(last, 12 * BLOCK, 3 * BLOCK, 2);
        home.writeOld(lost);
        Credentials writer = home.credentials("home-1", "*");
        boolean ended = false;
        for (int call = 1; !ended; call++) {
            FaultPlan plan = FaultPlan.at(call, call % 2 == 0 ? Fault.CRASH_AFTER : Fault.CRASH_BEFORE);
            try {
                salvage(home, new FaultyStore(home.store, plan, Duration.ZERO, home.time, home.random), writer);
                ended = true;
            } catch (StoreCrash e) {
                ended = false;
            }
        }
        SalvageReport report = salvage(home, home.store, writer);
        assertThat(report.point().id()).hasToString("web.salvage.home-1@1-1");
        assertThat(content(home, report.point())).isEqualTo(lost);
        assertThat(home.opened(home.store).vault().group("web.salvage.home-1").points())
                .hasSize(1);
    }

    @Test
    void aMachineThatTheVaultHasNeverSeenIsSalvagedInFull() throws Exception {
        HomeFixture home = new HomeFixture(folder, 1, ImageFormat.raw);
        byte[] content = HomeFixture.content(1, SIZE);
        home.writeOld(content);
        SalvageReport report = salvage(home, home.store, home.credentials("home-1", "*"));
        assertThat(content(home, report.point())).isEqualTo(content);
    }

    @Test
    void whoMayNotWriteTheLineageIsRefusedBeforeAnythingIsRead() {
        HomeFixture home = new HomeFixture(folder, 1, ImageFormat.raw);
        assertThatThrownBy(() -> salvage(home, home.store, home.credentials("home-1", "web")))
                .is(HomeFixture.code(ErrorCode.VAULT_GROUP_NOT_GRANTED))
                .hasMessageContaining("web.salvage.home-1");
    }

    @Test
    void theNameOfTheLineageFitsHoweverLongTheOthersAre() {
        assertThat(SalvageLineage.of("shop", "home-1")).isEqualTo("shop.salvage.home-1");
        String one = SalvageLineage.of("a".repeat(64), "b".repeat(64));
        assertThat(one).hasSizeLessThanOrEqualTo(64).matches("a+\\.salvage\\.[.0-9a-f]+");
        assertThat(SalvageLineage.of("a".repeat(64), "c".repeat(64))).isNotEqualTo(one);
    }
}
