package dev.lifeboat.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.point.PointManifest;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.Fault;
import dev.lifeboat.vault.store.FaultPlan;
import dev.lifeboat.vault.store.FaultyStore;
import dev.lifeboat.vault.store.MemoryStore;
import dev.lifeboat.vault.store.StoreOperation;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A group goes to another writer, whenever the transfer is stopped; and nobody is ever between two owners. */
class TransferTest {

    private static final byte[] FIRST = TestVault.randomBytes(1, 100_000);
    private static final byte[] SECOND = TestVault.randomBytes(2, 100_000);
    private static final byte[] THIRD = TestVault.randomBytes(3, 100_000);

    private final MemoryStore store = new MemoryStore("memory");
    private final TestVault vault = new TestVault(store, 11);
    private final Credentials home = vault.credentials("home", "shop");
    private final Credentials away = vault.credentials("away", "shop");

    private Transfer transfer(BlobStore through) {
        return new Transfer(vault.opened(through), vault.operator(), vault.time, vault.random);
    }

    private Point publish(Credentials writer, byte[] content) throws Exception {
        try (WriterSession session = vault.session(writer)) {
            return TestVault.publish(session, "shop", new MemoryDisk(content));
        }
    }

    private List<String> objects() {
        List<String> names = new java.util.ArrayList<>();
        store.list("", stat -> names.add(stat.name().text()));
        return names;
    }

    @Test
    void theNewWriterGoesOnUponTheNewestPointAndTheOldOneIsDone() throws Exception {
        Point newest = publish(home, FIRST);

        assertThat(transfer(store).to("shop", "away")).isTrue();

        assertThat(vault.opened().group("shop").holder()).contains("away");
        assertThatThrownBy(() -> publish(home, SECOND)).is(TestVault.code(ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE));
        Point first = publish(away, SECOND);
        assertThat(first.id()).hasToString("shop@2-1");
        assertThat(first.manifest().parent())
                .isEqualTo(PointManifest.Parent.of(newest.id(), newest.digest().bytes()));
    }

    @Test
    void theSameTwiceIsDoneOnce() throws Exception {
        publish(home, FIRST);
        assertThat(transfer(store).to("shop", "home")).as("it has the group").isFalse();
        assertThat(transfer(store).to("shop", "away")).isTrue();
        List<String> after = objects();
        assertThat(transfer(store).to("shop", "away")).isFalse();
        assertThat(objects()).isEqualTo(after);
        publish(away, SECOND);
        assertThat(transfer(store).to("shop", "away")).isFalse();
        assertThat(vault.slots("shop")).containsExactly("Point shop@1-1", "Seal shop@1-2", "Point shop@2-1");
    }

    @Test
    void aGroupGoesToAnotherAndBack() throws Exception {
        publish(home, FIRST);
        assertThat(transfer(store).to("shop", "away")).isTrue();
        assertThat(transfer(store).to("shop", "home"))
                .as("before away has put anything")
                .isTrue();
        assertThat(publish(home, SECOND).id()).hasToString("shop@3-1");
        assertThatThrownBy(() -> publish(away, THIRD)).is(TestVault.code(ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE));
    }

    @Test
    void afterTheCollectorsSealTheSameWriterHasTheGroupStillAndAnotherCanBeGivenIt() throws Exception {
        publish(home, FIRST);
        vault.fence().seal("shop", Seal.Reason.COLLECTOR, "collector");
        assertThat(vault.opened().group("shop").holder()).contains("home");
        assertThat(transfer(store).to("shop", "home")).isFalse();

        assertThat(transfer(store).to("shop", "away")).isTrue();

        assertThatThrownBy(() -> publish(home, SECOND)).is(TestVault.code(ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE));
        assertThat(publish(away, SECOND).id()).hasToString("shop@3-1");
    }

    @Test
    void oneOfTwoWhoTransferAtOnceIsTold() throws Exception {
        publish(home, FIRST);
        AtomicInteger owners = new AtomicInteger();
        FaultPlan meanwhile = (operation, name) -> {
            if (operation == StoreOperation.PUT && name.startsWith("owners/") && owners.getAndIncrement() == 0) {
                assertThat(transfer(store).to("shop", "third")).isTrue();
            }
            return Fault.NONE;
        };

        assertThatThrownBy(() -> transfer(faulty(meanwhile)).to("shop", "away"))
                .is(TestVault.code(ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE));

        assertThat(vault.opened().group("shop").holder()).contains("third");
    }

    @Test
    void whatSomebodyElsePutInTheWayIsLeftBehindByASecondTry() throws Exception {
        publish(home, FIRST);
        vault.fence().seal("shop", Seal.Reason.FAILOVER, "ops");
        // A writer that may not: it has no right to an epoch after a failover.
        Owners.put(
                new SignedPuts(vault.openedBy(home), home.signer(), vault.time, vault.random),
                "shop",
                2,
                "home",
                vault.opened().group("shop").seal(1).orElseThrow());

        assertThat(transfer(store).to("shop", "away")).isTrue();

        assertThat(vault.opened().group("shop").holder()).contains("away");
        assertThat(publish(away, SECOND).id()).hasToString("shop@3-1");
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"CRASH_BEFORE", "CRASH_AFTER", "ANSWER_LOST", "ANSWERED_EXISTS", "UNAVAILABLE"})
    void whereverItIsStoppedTheSameAgainEndsItAndNothingIsLost(Fault fault) throws Exception {
        int call = 1;
        while (stoppedAt(fault, call)) {
            call++;
        }
        assertThat(call).as("calls of a transfer").isBetween(5, 60);
    }

    /** @return whether the call was made at all */
    private static boolean stoppedAt(Fault fault, int call) throws Exception {
        TransferTest fresh = new TransferTest();
        Point newest = fresh.publish(fresh.home, FIRST);
        AtomicInteger calls = new AtomicInteger();
        FaultPlan plan = (operation, name) -> calls.incrementAndGet() == call ? fault : Fault.NONE;

        Throwable _ = catchThrowable(() -> fresh.transfer(fresh.faulty(plan)).to("shop", "away"));

        GroupLog between = fresh.vault.opened().group("shop");
        assertThat(between.newest()).contains(newest);
        assertThat(between.holder().orElse("nobody")).isIn("home", "nobody", "away");
        boolean _ = fresh.transfer(fresh.store).to("shop", "away");
        assertThat(fresh.vault.opened().group("shop").holder()).contains("away");
        assertThatThrownBy(() -> fresh.publish(fresh.home, THIRD))
                .is(TestVault.code(ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE));
        Point next = fresh.publish(fresh.away, SECOND);
        assertThat(next.id()).as("%s at call %d", fault, call).hasToString("shop@2-1");
        assertThat(next.manifest().parent())
                .isEqualTo(PointManifest.Parent.of(newest.id(), newest.digest().bytes()));
        return calls.get() >= call;
    }

    private BlobStore faulty(FaultPlan plan) {
        return new FaultyStore(store, plan, Duration.ZERO, vault.time, new Random(1));
    }

    @Test
    void whatAWriterMayWriteIsKnownFromItsSessions() throws Exception {
        assertThat(WriterRights.of(vault.opened(), "away")).isEmpty();
        vault.session(away).close();
        vault.session(vault.credentials("all", "*")).close();
        vault.session(vault.credentials("away", "web")).close();

        WriterRights rights = WriterRights.of(vault.opened(), "away").orElseThrow();
        rights.requireCovers("away", "shop");
        rights.requireCovers("away", "web");
        assertThatThrownBy(() -> rights.requireCovers("away", "mail"))
                .is(TestVault.code(ErrorCode.VAULT_GROUP_NOT_GRANTED));
        WriterRights.of(vault.opened(), "all").orElseThrow().requireCovers("all", "mail");
        assertThat(WriterRights.of(vault.opened(), "awa")).isEmpty();
    }
}
