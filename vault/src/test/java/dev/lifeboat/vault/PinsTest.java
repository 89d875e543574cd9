package dev.lifeboat.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.store.Fault;
import dev.lifeboat.vault.store.FaultPlan;
import dev.lifeboat.vault.store.FaultyStore;
import dev.lifeboat.vault.store.MemoryStore;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.StoreOperation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pinned point is known to be needed, and by whom. */
class PinsTest {

    private static final PointId FIRST = new PointId("shop", 1, 1);
    private static final PointId SECOND = new PointId("shop", 1, 2);

    private final MemoryStore store = new MemoryStore("memory");
    private final TestVault vault = new TestVault(store, 3);
    private final Credentials writer = vault.credentials("host-1", "shop");
    private final Pins pins = new Pins(vault.opened(), vault.operator(), vault.time, vault.random);

    @BeforeEach
    void twoPoints() throws Exception {
        try (WriterSession session = vault.session(writer)) {
            TestVault.publish(session, "shop", new MemoryDisk(new byte[] {1}));
            TestVault.publish(session, "shop", new MemoryDisk(new byte[] {2}));
        }
    }

    @Test
    void aPinStaysUntilItsHolderReleasesIt() {
        Pin second = pins.put(SECOND, "export-7", "read by site-b");
        Pin first = pins.put(FIRST, "overlay", "base of a running machine");
        Pin other = pins.put(FIRST, "export-7", "read by site-c");

        assertThat(pins.list("shop")).containsExactly(other, first, second);
        assertThat(pins.pinned("shop")).containsExactly(FIRST, FIRST, SECOND);
        assertThat(pins.list("web")).isEmpty();

        assertThat(pins.release(FIRST, "export-7")).isTrue();
        assertThat(pins.release(FIRST, "export-7")).isFalse();
        assertThat(pins.list("shop")).containsExactly(first, second);
    }

    @Test
    void whoPinsTwiceKeepsTheFirstPin() {
        Pin first = pins.put(FIRST, "export-7", "read by site-b");

        assertThat(pins.put(FIRST, "export-7", "again")).isEqualTo(first);
        assertThat(pins.list("shop")).containsExactly(first);
    }

    @Test
    void aWriterPinsPointsOfItsGroupsOnly() {
        Credentials web = vault.credentials("host-2", "web");
        Pins own = new Pins(vault.openedBy(writer), writer.signer(), vault.time, vault.random);
        Pins others = new Pins(vault.openedBy(web), web.signer(), vault.time, vault.random);

        Pin pin = own.put(FIRST, "host-1", "base of a disk at home");

        assertThat(pins.list("shop")).containsExactly(pin);
        assertThatThrownBy(() -> others.put(FIRST, "host-2", "curiosity"))
                .is(TestVault.code(ErrorCode.VAULT_GROUP_NOT_GRANTED));
    }

    @Test
    void aPointThatIsDroppedWhileItIsPinnedIsNotPinned() {
        FaultPlan drop = (operation, name) -> {
            if (operation == StoreOperation.PUT && name.startsWith("pins/")) {
                store.delete(ObjectName.of(FIRST.objectName()));
            }
            return Fault.NONE;
        };
        Vault raced = vault.opened(new FaultyStore(store, drop, Duration.ZERO, vault.time, new Random(1)));
        Pins late = new Pins(raced, vault.operator(), vault.time, vault.random);

        assertThatThrownBy(() -> late.put(FIRST, "export-7", "read by site-b"))
                .is(TestVault.code(ErrorCode.VAULT_POINT_UNKNOWN));
        assertThat(pins.pinned("shop")).isEmpty();
    }

    @Test
    void aDamagedPinKeepsItsPoint() {
        store.putIfAbsent(
                ObjectName.of("pins/shop/00000001-0000000002/export-7"), ByteBuffer.wrap(new byte[] {1, 2, 3}));

        assertThat(pins.pinned("shop")).containsExactly(SECOND);
        assertThat(pins.list("shop")).isEmpty();
        assertThatThrownBy(() -> pins.put(SECOND, "export-7", "read by site-b"))
                .is(TestVault.code(ErrorCode.VAULT_OBJECT_DAMAGED));
    }
}
