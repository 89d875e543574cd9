package dev.lifeboat.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.pack.FaultyCompression;
import dev.lifeboat.vault.pack.Zstandard;
import dev.lifeboat.vault.store.Fault;
import dev.lifeboat.vault.store.FaultPlan;
import dev.lifeboat.vault.store.FaultyStore;
import dev.lifeboat.vault.store.MemoryStore;
import dev.lifeboat.vault.store.StoreOperation;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What bad memory or a bad wire makes of a block never passes for the block. */
class ReadBackTest {

    private final MemoryStore store = new MemoryStore("memory");
    private final TestVault vault = new TestVault(store, 5);
    private final Credentials writer = vault.credentials("host-1", "shop");

    /** Of 40 different blocks, and of the two nodes of their tree, one is compressed to something else. */
    @ParameterizedTest
    @ValueSource(ints = {1, 20, 40, 41})
    void aByteFlippedInCompressionFailsThePoint(int which) throws Exception {
        AtomicInteger compressions = new AtomicInteger();
        WriterSession session = vault.session(
                writer,
                store,
                level -> new FaultyCompression(new Zstandard(level), (bytes, at, length) -> {
                    if (compressions.incrementAndGet() == which) {
                        bytes[at + length / 2] ^= 0x10;
                    }
                    return length;
                }));

        assertThat(catchThrowable(() -> TestVault.publish(session, "shop", new MemoryDisk(compressible()))))
                .is(TestVault.code(ErrorCode.VAULT_READ_BACK_FAILED));
        assertThat(vault.slots("shop")).isEmpty();

        Point point = TestVault.publish(session, "shop", new MemoryDisk(compressible()));
        assertThat(vault.content(point)).isEqualTo(compressible());
    }

    @Test
    void aBitFlippedOnTheWayToTheStoreIsFoundByReaders() throws Exception {
        FaultPlan plan = (operation, name) ->
                operation == StoreOperation.PUT && name.startsWith("packs/") ? Fault.PUT_FLIPPED : Fault.NONE;
        for (int seed = 0; seed < 5; seed++) {
            ReadBackTest fresh = new ReadBackTest();
            FaultyStore flipping =
                    new FaultyStore(fresh.store, plan, Duration.ZERO, fresh.vault.time, new Random(seed));
            Point point = TestVault.publish(
                    fresh.vault.session(fresh.writer, flipping),
                    "shop",
                    new MemoryDisk(TestVault.randomBytes(1, 500_000)));

            assertThat(catchThrowable(() -> fresh.vault.content(point)))
                    .is(TestVault.code(ErrorCode.VAULT_OBJECT_DAMAGED));
        }
    }

    private static byte[] compressible() {
        byte[] disk = new byte[40 * 65_536];
        for (int block = 0; block < 40; block++) {
            Arrays.fill(disk, block * 65_536, block * 65_536 + 65_536, (byte) (block + 1));
            System.arraycopy(TestVault.randomBytes(block, 1000), 0, disk, block * 65_536, 1000);
        }
        return disk;
    }
}
