package dev.lifeboat.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.ObjectKind;
import dev.lifeboat.vault.key.SignedObject;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.point.ManifestJson;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.point.PointManifest;
import dev.lifeboat.vault.store.Fault;
import dev.lifeboat.vault.store.FaultPlan;
import dev.lifeboat.vault.store.FaultyStore;
import dev.lifeboat.vault.store.MemoryStore;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.StoreOperation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who was sealed adds nothing any more, however late it wakes; and nobody else decides what a group's history is. */
class SealTest {

    private static final byte[] FIRST = TestVault.randomBytes(1, 100_000);
    private static final byte[] SECOND = TestVault.randomBytes(2, 100_000);
    private static final byte[] THIRD = TestVault.randomBytes(3, 100_000);

    private final MemoryStore store = new MemoryStore("memory");
    private final TestVault vault = new TestVault(store, 3);
    private final Credentials old = vault.credentials("old", "shop");
    private final Credentials next = vault.credentials("next", "shop");
    private final Credentials stranger = vault.credentials("stranger", "web");

    @ParameterizedTest
    @EnumSource(Seal.Reason.class)
    void aWriterThatWasStoppedWhileItWasSealedFindsTheSealAndItsPointNeverExists(Seal.Reason reason) throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);
        CountDownLatch woken = new CountDownLatch(1);
        FaultPlan sleep = (operation, name) -> {
            if (operation == StoreOperation.PUT && name.endsWith("-0000000002")) {
                stopped.countDown();
                await(woken);
            }
            return Fault.NONE;
        };
        WriterSession session =
                vault.session(old, new FaultyStore(store, sleep, Duration.ZERO, vault.time, new Random(1)));
        Point first = TestVault.publish(session, "shop", new MemoryDisk(FIRST));
        FutureTask<Publishing> late =
                new FutureTask<>(() -> TestVault.attempt(session, "shop", new MemoryDisk(SECOND), null));
        Thread.ofPlatform().daemon().start(late);
        await(stopped);

        Seal seal = vault.fence().seal("shop", reason, "site-b");
        woken.countDown();

        assertThat(late.get()).isEqualTo(new Publishing.Fenced(seal));
        assertThat(vault.slots("shop")).containsExactly("Point shop@1-1", "Seal shop@1-2");
        assertThat(vault.opened().group("shop").newest()).contains(first);
        assertThat(vault.content(first)).isEqualTo(FIRST);
        assertThatThrownBy(() -> session.newPoint("shop"))
                .is(TestVault.code(
                        reason == Seal.Reason.COLLECTOR
                                ? ErrorCode.VAULT_STORE_CONFLICT
                                : ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE));
    }

    @Test
    void afterTheCollectorTheSameWriterGoesOnInANewEpochAndSession() throws Exception {
        Point first = publish(old, FIRST);
        vault.fence().seal("shop", Seal.Reason.COLLECTOR, "collector");

        Point second = publish(old, SECOND);

        assertThat(second.id()).hasToString("shop@2-1");
        assertThat(second.manifest().parent())
                .isEqualTo(PointManifest.Parent.of(first.id(), first.digest().bytes()));
        assertThatThrownBy(() -> publish(next, THIRD)).is(TestVault.code(ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE));
        assertThat(vault.content(second)).isEqualTo(SECOND);
    }

    @Test
    void aSessionThatMissedTheCollectorsSealDoesNotGoOnWithWhatItRemembers() throws Exception {
        try (WriterSession session = vault.session(old)) {
            TestVault.publish(session, "shop", new MemoryDisk(FIRST));
            session.forget("shop");
            vault.fence().seal("shop", Seal.Reason.COLLECTOR, "collector");

            assertThatThrownBy(() -> session.newPoint("shop")).is(TestVault.code(ErrorCode.VAULT_STORE_CONFLICT));
        }
        assertThat(publish(old, SECOND).id()).hasToString("shop@2-1");
    }

    @Test
    void afterAFailoverOnlyTheNamedOwnerGoesOn() throws Exception {
        publish(old, FIRST);
        Point second = publish(old, SECOND);
        vault.fence().seal("shop", Seal.Reason.FAILOVER, "site-b");
        assertThatThrownBy(() -> publish(old, THIRD)).is(TestVault.code(ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE));
        assertThatThrownBy(() -> publish(next, THIRD)).is(TestVault.code(ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE));

        Owner owner = vault.owners().name("shop", "next");
        Point third = publish(next, THIRD);

        assertThat(owner.epoch()).isEqualTo(2);
        assertThat(vault.owners().name("shop", "next")).isEqualTo(owner);
        assertThatThrownBy(() -> vault.owners().name("shop", "old"))
                .is(TestVault.code(ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE));
        assertThatThrownBy(() -> publish(old, FIRST)).is(TestVault.code(ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE));
        assertThat(third.id()).hasToString("shop@2-1");
        assertThat(third.manifest().parent())
                .isEqualTo(PointManifest.Parent.of(second.id(), second.digest().bytes()));
        assertThat(vault.opened().group("shop").newest()).contains(third);
        assertThat(vault.content(third)).isEqualTo(THIRD);
    }

    @Test
    void whoWasSealedByAFailoverCannotNameItselfTheNextOwner() throws Exception {
        publish(old, FIRST);
        Seal seal = vault.fence().seal("shop", Seal.Reason.FAILOVER, "site-b");
        SignedPuts hostile = new SignedPuts(vault.openedBy(old), old.signer(), vault.time, vault.random);
        Owners.put(hostile, "shop", 2, "old", seal);

        assertThat(vault.opened().group("shop").owner(2)).isEmpty();
        assertThatThrownBy(() -> publish(old, SECOND)).is(TestVault.code(ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE));
        assertThatThrownBy(() -> vault.owners().name("shop", "next"))
                .is(TestVault.code(ErrorCode.VAULT_STORE_CONFLICT));
        assertThat(vault.fence().seal("shop", Seal.Reason.FAILOVER, "site-b").id())
                .hasToString("shop@2-1");
        assertThat(vault.owners().name("shop", "next").epoch()).isEqualTo(3);
        assertThat(publish(next, SECOND).id()).hasToString("shop@3-1");
    }

    @Test
    void pointsThatAHostileOwnerPutsBehindTheSealAreVoid() throws Exception {
        Point first = publish(old, FIRST);
        vault.fence().seal("shop", Seal.Reason.FAILOVER, "site-b");
        for (int slot = 3; slot <= 5; slot++) {
            putPoint(old, first, new PointId("shop", 1, slot));
        }

        assertThat(vault.slots("shop"))
                .containsExactly(
                        "Point shop@1-1",
                        "Seal shop@1-2",
                        "VoidSlot shop@1-3",
                        "VoidSlot shop@1-4",
                        "VoidSlot shop@1-5");
        assertThat(vault.opened().group("shop").newest()).contains(first);
        assertThatThrownBy(() -> vault.opened().point(new PointId("shop", 1, 4)))
                .is(TestVault.code(ErrorCode.VAULT_POINT_UNKNOWN));
        assertThatThrownBy(() -> publish(old, SECOND)).is(TestVault.code(ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE));
        vault.owners().name("shop", "next");
        assertThat(publish(next, SECOND).manifest().parent())
                .isEqualTo(PointManifest.Parent.of(first.id(), first.digest().bytes()));
    }

    @Test
    void rubbishBehindASealDoesNotOpenTheEpochAgain() throws Exception {
        publish(old, FIRST);
        vault.fence().seal("shop", Seal.Reason.COLLECTOR, "collector");
        putRubbish(new PointId("shop", 1, 3));

        assertThat(publish(old, SECOND).id()).hasToString("shop@2-1");
    }

    @Test
    void rubbishFarAheadMovesNeitherTheEpochNorTheNextSlot() throws Exception {
        publish(old, FIRST);
        putRubbish(new PointId("shop", 1, PointId.MAX_SLOT));
        putRubbish(new PointId("shop", 99_999_999, 1));

        Point second = publish(old, SECOND);

        assertThat(second.id()).hasToString("shop@1-2");
        assertThat(vault.opened().group("shop").newest()).contains(second);
        assertThat(vault.fence().seal("shop", Seal.Reason.FAILOVER, "site-b").id())
                .hasToString("shop@1-3");
    }

    @Test
    void rubbishInASlotIsSkippedByWritersAndReportedByReaders() throws Exception {
        try (WriterSession session = vault.session(old)) {
            TestVault.publish(session, "shop", new MemoryDisk(FIRST));
            putRubbish(new PointId("shop", 1, 2));
            Point second = TestVault.publish(session, "shop", new MemoryDisk(SECOND));

            assertThat(second.id()).hasToString("shop@1-3");
            assertThat(vault.content(second)).isEqualTo(SECOND);
        }
        assertThat(vault.slots("shop")).containsExactly("Point shop@1-1", "VoidSlot shop@1-2", "Point shop@1-3");
        VoidSlot reported = (VoidSlot) vault.opened().group("shop").slots().get(1);
        assertThat(reported.wrong()).is(TestVault.code(ErrorCode.VAULT_OBJECT_DAMAGED));
        assertThat(reported.wrong()).hasMessageContaining("points/shop/00000001-0000000002");
    }

    @Test
    void whatAWriterWithoutTheRightToTheGroupPutsInASlotIsVoid() throws Exception {
        try (WriterSession session = vault.session(old)) {
            Point first = TestVault.publish(session, "shop", new MemoryDisk(FIRST));
            putPoint(stranger, first, first.id().next());
            Point second = TestVault.publish(session, "shop", new MemoryDisk(SECOND));
            putPoint(next, second, second.id().next());
            Point third = TestVault.publish(session, "shop", new MemoryDisk(THIRD));

            assertThat(vault.slots("shop"))
                    .containsExactly(
                            "Point shop@1-1",
                            "VoidSlot shop@1-2",
                            "Point shop@1-3",
                            "VoidSlot shop@1-4",
                            "Point shop@1-5");
            assertThat(vault.opened().group("shop").newest()).contains(third);
        }
        Fence strangers = new Fence(vault.openedBy(stranger), stranger.signer(), vault.time, vault.random);
        assertThatThrownBy(() -> strangers.seal("shop", Seal.Reason.FAILOVER, "stranger"))
                .is(TestVault.code(ErrorCode.VAULT_GROUP_NOT_GRANTED));
    }

    @Test
    void ofTwoSessionsThatRaceForASlotOneWinsAndTheOtherLosesNothingButItsTry() throws Exception {
        publish(old, FIRST);
        try (WriterSession one = vault.session(old);
                WriterSession other = vault.session(old);
                PointBuilder slow = other.newPoint("shop")) {
            slow.machine("shop", StrictJson.object());
            slow.disk("shop", "vda", new MemoryDisk(THIRD), null, (offset, read) -> {});
            Point second = TestVault.publish(one, "shop", new MemoryDisk(SECOND));

            assertThat(catchThrowable(slow::publish)).is(TestVault.code(ErrorCode.VAULT_STORE_CONFLICT));

            Point third = TestVault.publish(other, "shop", new MemoryDisk(THIRD));
            assertThat(third.id()).hasToString("shop@1-3");
            assertThat(vault.content(second)).isEqualTo(SECOND);
            assertThat(vault.content(third)).isEqualTo(THIRD);
        }
    }

    @Test
    void aGroupWithoutAnySlotIsSealedAtTheFirst() throws Exception {
        Seal seal = vault.fence().seal("shop", Seal.Reason.FAILOVER, "site-b");

        assertThat(seal.id()).hasToString("shop@1-1");
        assertThatThrownBy(() -> publish(old, FIRST)).is(TestVault.code(ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE));
        vault.owners().name("shop", "next");
        assertThat(publish(next, FIRST).id()).hasToString("shop@2-1");
    }

    @Test
    void aSealedGroupKeepsItsSealUntilSomebodyBeginsTheNextEpoch() throws Exception {
        publish(old, FIRST);
        Seal seal = vault.fence().seal("shop", Seal.Reason.FAILOVER, "site-b");
        assertThat(vault.fence().seal("shop", Seal.Reason.FAILOVER, "site-c")).isEqualTo(seal);
        assertThat(vault.fence().seal("shop", Seal.Reason.COLLECTOR, "collector"))
                .isEqualTo(seal);

        vault.owners().name("shop", "next");

        assertThat(vault.fence().seal("shop", Seal.Reason.FAILOVER, "site-c").id())
                .hasToString("shop@2-1");
    }

    @Test
    void aFailoverIsNotContentWithTheCollectorsSeal() throws Exception {
        publish(old, FIRST);
        vault.fence().seal("shop", Seal.Reason.COLLECTOR, "collector");

        Seal seal = vault.fence().seal("shop", Seal.Reason.FAILOVER, "site-b");

        assertThat(seal.id()).hasToString("shop@2-1");
        assertThatThrownBy(() -> publish(old, SECOND)).is(TestVault.code(ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE));
        assertThat(vault.owners().name("shop", "next").epoch()).isEqualTo(3);
        assertThat(Objects.requireNonNull(publish(next, SECOND).manifest().parent())
                        .epoch())
                .isEqualTo(1);
    }

    @Test
    void theSealGoesBehindPointsThatArePublishedMeanwhile() throws Exception {
        publish(old, FIRST);
        FaultPlan publishFirst = (operation, name) -> {
            if (operation == StoreOperation.PUT && name.endsWith("-0000000002")) {
                putRubbish(new PointId("shop", 1, 2));
            }
            return Fault.NONE;
        };
        Vault raced = vault.opened(new FaultyStore(store, publishFirst, Duration.ZERO, vault.time, new Random(1)));

        Seal seal = new Fence(raced, vault.operator(), vault.time, vault.random)
                .seal("shop", Seal.Reason.FAILOVER, "site-b");

        assertThat(seal.id()).hasToString("shop@1-3");
    }

    @Test
    void aWriterMaySealItsOwnGroup() throws Exception {
        publish(old, FIRST);

        Seal seal = new Fence(vault.openedBy(old), old.signer(), vault.time, vault.random)
                .seal("shop", Seal.Reason.FAILOVER, "old");

        assertThat(vault.opened().group("shop").seal(1)).contains(seal);
        assertThatThrownBy(() -> new Owners(vault.openedBy(old), old.signer(), vault.time, vault.random))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPointThatReadersWouldRefuseIsNotPut() throws Exception {
        var deep = StrictJson.object();
        var at = deep;
        for (int depth = 0; depth < StrictJson.MAX_DEPTH; depth++) {
            at = at.putObject("deeper");
        }
        try (WriterSession session = vault.session(old);
                PointBuilder builder = session.newPoint("shop")) {
            builder.machine("shop", deep);

            assertThat(catchThrowable(builder::publish)).is(TestVault.code(ErrorCode.VAULT_OBJECT_DAMAGED));
        }
        assertThat(vault.slots("shop")).isEmpty();
    }

    private Point publish(Credentials writer, byte[] disk) throws Exception {
        try (WriterSession session = vault.session(writer)) {
            return TestVault.publish(session, "shop", new MemoryDisk(disk));
        }
    }

    /** Puts a point with the content of another, as somebody does who minds no seal and no owner. */
    private void putPoint(Credentials writer, Point like, PointId place) {
        PointManifest manifest = like.manifest();
        PointManifest forged = new PointManifest(
                place,
                writer.writer(),
                manifest.session(),
                manifest.taken(),
                manifest.published(),
                manifest.consistency(),
                manifest.groupConsistent(),
                PointManifest.Parent.of(like.id(), like.digest().bytes()),
                manifest.machines(),
                manifest.sessions(),
                manifest.statistics());
        byte[] object = SignedObject.encode(
                ObjectKind.POINT,
                place.objectName(),
                StrictJson.encode(
                        ManifestJson.write(forged, vault.root.vaultId().hex())),
                writer.anchor(),
                writer.signer(),
                vault.random);
        store.putIfAbsent(ObjectName.of(place.objectName()), ByteBuffer.wrap(object));
    }

    private void putRubbish(PointId place) {
        store.putIfAbsent(ObjectName.of(place.objectName()), ByteBuffer.wrap(TestVault.randomBytes(4, 500)));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
