package dev.lifeboat.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.store.CountingStore;
import dev.lifeboat.vault.store.MemoryStore;
import dev.lifeboat.vault.store.StoreCounts;
import dev.lifeboat.vault.store.StoreOperation;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Points are made, found and read back. */
class PointTest {

    private final CountingStore store = new CountingStore(new MemoryStore("memory"));
    private final TestVault vault = new TestVault(store, 1);
    private final Credentials writer = vault.credentials("host-1", "*");

    @Test
    void aPointReadsBackByteForByteWithThePrivateKey() throws Exception {
        byte[] disk = randomDisk(5_000_001);
        try (WriterSession session = vault.session(writer)) {
            Point point = TestVault.publish(session, "shop", new MemoryDisk(disk));

            assertThat(point.id()).hasToString("shop@1-1");
            assertThat(vault.content(point)).isEqualTo(disk);
        }
    }

    @Test
    void whoHasOnlyCredentialsSeesPointsAndCannotOpenABlock() throws Exception {
        try (WriterSession session = vault.session(writer)) {
            TestVault.publish(session, "shop", new MemoryDisk(randomDisk(100_000)));
        }
        Vault seen = vault.openedBy(writer);

        Point point = seen.group("shop").newest().orElseThrow();

        assertThat(point.id()).hasToString("shop@1-1");
        assertThatThrownBy(() -> TestVault.content(seen, point.disk("vda")))
                .isInstanceOfSatisfying(
                        LifeboatException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.VAULT_KEY_REQUIRED));
    }

    @Test
    void aSmallChangeAddsOnePackAndOnePoint() throws Exception {
        byte[] disk = randomDisk(20 << 20);
        try (WriterSession session = vault.session(writer)) {
            TestVault.publish(session, "shop", new MemoryDisk(disk));
            StoreCounts before = store.snapshot();
            disk[7_777_777]++;

            Point second = TestVault.publish(session, "shop", new MemoryDisk(disk));

            assertThat(store.snapshot().since(before).calls(StoreOperation.PUT)).isEqualTo(2);
            assertThat(second.manifest().statistics().newBlocks()).isEqualTo(1);
            assertThat(vault.content(second)).isEqualTo(disk);
        }
    }

    @Test
    void credentialsForOneGroupPublishForNoOther() throws Exception {
        Credentials onlyWeb = vault.credentials("host-2", "web");
        try (WriterSession session = vault.session(onlyWeb)) {
            assertThatThrownBy(() -> TestVault.publish(session, "shop", new MemoryDisk(new byte[10])))
                    .isInstanceOfSatisfying(
                            LifeboatException.class,
                            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.VAULT_GROUP_NOT_GRANTED));
        }
    }

    private static byte[] randomDisk(int size) {
        byte[] disk = new byte[size];
        new Random(7).nextBytes(disk);
        return disk;
    }
}
