package dev.lifeboat.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.vault.disk.DiskReader;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.key.TrustAnchor;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.PackTable;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.store.CountingStore;
import dev.lifeboat.vault.store.MemoryStore;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.StoreCounts;
import dev.lifeboat.vault.store.StoreOperation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** What things cost in calls of the store. */
class CostTest {

    private static final int BLOCK = 65_536;

    private final MemoryStore memory = new MemoryStore("memory");
    private final CountingStore store = new CountingStore(memory);
    private final TestVault vault = new TestVault(store, 11);
    private final Credentials writer = vault.credentials("host-1", "*");

    @Test
    void aColdReadIsOneRangedReadForEachLevelOfTheTreeAndOneForTheBlock() throws Exception {
        byte[] disk = TestVault.randomBytes(1, 100 * BLOCK);
        DiskRecord record = publish(disk).disk("vda");
        DiskReader reader = vault.opened().reader(record, Runnable::run);

        StoreCounts cold = costOf(() -> assertReads(reader, disk, 20 * BLOCK + 1000, 4096));
        assertThat(cold.calls(StoreOperation.GET_RANGE)).isEqualTo(3); // the root, a leaf, the block
        assertThat(cold.calls(StoreOperation.GET)).isEqualTo(1); // the session's key, once
        assertThat(cold.calls(StoreOperation.HEAD)).isZero();

        StoreCounts sameLeaf = costOf(() -> assertReads(reader, disk, 40 * BLOCK + 1000, 4096));
        assertThat(sameLeaf.calls(StoreOperation.GET_RANGE)).isEqualTo(1);
        assertThat(sameLeaf.bytesReceived()).isLessThan(BLOCK + 100);
        StoreCounts otherLeaf = costOf(() -> assertReads(reader, disk, 90 * BLOCK + 1000, 4096));
        assertThat(otherLeaf.calls(StoreOperation.GET_RANGE)).isEqualTo(2);
        StoreCounts again = costOf(() -> assertReads(reader, disk, 40 * BLOCK, 4096));
        assertThat(again.calls(StoreOperation.GET_RANGE)).isZero();
    }

    @Test
    void aWrongHintCostsTheTableOfThePackAndStillReads() throws Exception {
        byte[] disk = TestVault.randomBytes(1, 100 * BLOCK);
        DiskRecord record = publish(disk).disk("vda");
        repackEverything();
        DiskReader reader = vault.opened().reader(record, Runnable::run);
        assertReads(reader, disk, 20 * BLOCK, 4096);

        StoreCounts wrongHint = costOf(() -> assertReads(reader, disk, 40 * BLOCK + 1000, 4096));

        // The hint, then header, trailer and table, then the block.
        assertThat(wrongHint.calls(StoreOperation.GET_RANGE)).isEqualTo(5);
        assertThat(wrongHint.calls(StoreOperation.HEAD)).isEqualTo(1);
        // All but the two blocks that can be the pack's first slot, which was spoilt to move the others.
        assertReads(reader, disk, BLOCK, 63 * BLOCK);
        assertReads(reader, disk, 65 * BLOCK, 35 * BLOCK);
    }

    @Test
    void readingFiftyPacksOfASessionUnwrapsOneKey() throws Exception {
        byte[] disk = TestVault.randomBytes(1, 60 * BLOCK);
        try (WriterSession session = vault.session(writer)) {
            for (int point = 0; point < 50; point++) {
                disk[point * BLOCK]++;
                TestVault.publish(session, "shop", new MemoryDisk(disk));
            }
        }
        TrustAnchor anchor = vault.keys.anchor();
        StoredSessions sessions = new StoredSessions(store, anchor, vault.keys.recipientKey());
        Vault opened = Vault.open(store, anchor, sessions);

        assertThat(count("packs/")).isEqualTo(50);
        assertThat(TestVault.content(
                        opened, opened.group("shop").newest().orElseThrow().disk("vda")))
                .isEqualTo(disk);
        assertThat(sessions.unwrapped()).isEqualTo(1);
    }

    @Test
    void aCycleOfAGroupWithSeveralDisksIsTwoPuts() throws Exception {
        List<byte[]> disks = List.of(
                TestVault.randomBytes(1, 10 * BLOCK),
                TestVault.randomBytes(2, 70 * BLOCK),
                TestVault.randomBytes(3, 5 * BLOCK));
        try (WriterSession session = vault.session(writer)) {
            publish(session, disks);
            disks.forEach(disk -> disk[2 * BLOCK]++);

            StoreCounts cycle = costOf(() -> publish(session, disks));

            assertThat(cycle.calls(StoreOperation.PUT)).isEqualTo(2); // a pack and the point
            assertThat(cycle.calls(StoreOperation.LIST)).isZero();
            assertThat(cycle.calls(StoreOperation.GET)).isZero();
            assertThat(cycle.calls(StoreOperation.GET_RANGE)).isZero();
            assertThat(cycle.bytesSent()).isBetween(3L * BLOCK, 4L * BLOCK);
        }
    }

    @Test
    void anUnchangedPointIsOnePutAndStoresNoBlocks() throws Exception {
        byte[] disk = TestVault.randomBytes(1, 70 * BLOCK);
        try (WriterSession session = vault.session(writer)) {
            TestVault.publish(session, "shop", new MemoryDisk(disk));

            StoreCounts cycle = costOf(() -> {
                Point unchanged = TestVault.publish(session, "shop", new MemoryDisk(disk));
                assertThat(unchanged.manifest().statistics().newBlocks()).isZero();
                assertThat(unchanged.manifest().statistics().packs()).isZero();
                assertThat(unchanged.manifest().statistics().readBytes()).isEqualTo(disk.length);
            });

            assertThat(cycle.calls(StoreOperation.PUT)).isEqualTo(1);
            assertThat(cycle.bytesSent()).isLessThan(2500);
        }
    }

    @Test
    void theSameContentElsewhereIsNotStoredAgainInASession() throws Exception {
        byte[] disk = TestVault.randomBytes(1, 10 * BLOCK);
        byte[] moved = Arrays.copyOf(disk, disk.length);
        System.arraycopy(disk, 0, moved, 5 * BLOCK, 5 * BLOCK);
        try (WriterSession session = vault.session(writer)) {
            TestVault.publish(session, "shop", new MemoryDisk(disk));
            Point point = TestVault.publish(session, "shop", new MemoryDisk(moved));

            assertThat(point.manifest().statistics().newBlocks()).isZero();
            assertThat(vault.content(point)).isEqualTo(moved);
        }
    }

    @Test
    void theNewestOfManyPointsIsFoundByReadingItAndItsOwner() throws Exception {
        try (WriterSession session = vault.session(writer)) {
            for (int point = 0; point < 20; point++) {
                TestVault.publish(session, "shop", new MemoryDisk(new byte[] {(byte) (point + 1)}));
            }
        }
        Vault opened = vault.opened();

        StoreCounts cost = costOf(() ->
                assertThat(opened.group("shop").newest().orElseThrow().id()).hasToString("shop@1-20"));

        assertThat(cost.calls(StoreOperation.LIST)).isEqualTo(1);
        // The point, its owner, and the first point, which has no parent and is short enough to be taken for a seal.
        assertThat(cost.calls(StoreOperation.GET)).isEqualTo(3);
    }

    private interface Action {
        void run() throws Exception;
    }

    private StoreCounts costOf(Action action) throws Exception {
        StoreCounts before = store.snapshot();
        action.run();
        return store.snapshot().since(before);
    }

    private Point publish(byte[] disk) throws Exception {
        try (WriterSession session = vault.session(writer)) {
            return TestVault.publish(session, "shop", new MemoryDisk(disk));
        }
    }

    private static void publish(WriterSession session, List<byte[]> disks) throws Exception {
        try (PointBuilder builder = session.newPoint("shop")) {
            for (int i = 0; i < disks.size(); i++) {
                builder.machine("machine-" + i, StrictJson.object());
                builder.disk("machine-" + i, "vda", new MemoryDisk(disks.get(i)), null, (offset, read) -> {});
            }
            TestVault.published(builder.publish());
        }
    }

    private static void assertReads(DiskReader reader, byte[] disk, int offset, int length)
            throws InterruptedException {
        ByteBuffer content = ByteBuffer.allocate(length);
        reader.read(offset, content);
        assertThat(content.array()).isEqualTo(Arrays.copyOfRange(disk, offset, offset + length));
    }

    private int count(String prefix) {
        List<ObjectName> names = new ArrayList<>();
        memory.list(prefix, stat -> names.add(stat.name()));
        return names.size();
    }

    /** Makes the first slot of every pack one byte longer, so that no hint is right any more. */
    private void repackEverything() {
        List<ObjectName> names = new ArrayList<>();
        memory.list("packs/", stat -> names.add(stat.name()));
        for (ObjectName name : names) {
            byte[] pack = memory.get(name);
            PackTable table = PackTable.read(
                    PackId.ofObjectName(name.text()),
                    pack.length,
                    (offset, into) -> memory.getRange(name, offset, into));
            memory.delete(name);
            memory.putIfAbsent(name, withLongerFirstSlot(pack, table.entries().getFirst()));
        }
    }

    /** The first slot, a block's, becomes one byte longer than it was, and all others move by one. */
    private static ByteBuffer withLongerFirstSlot(byte[] pack, PackTable.Entry first) {
        int tableAt = ByteBuffer.wrap(pack).getInt(pack.length - 12);
        ByteBuffer repacked = ByteBuffer.allocate(pack.length + 1);
        repacked.put(pack, 0, 32).put((byte) 0).put(pack, 32, pack.length - 32);
        repacked.putInt(12, pack.length + 1 - 16);
        int tableNow = tableAt + 1;
        repacked.putInt(tableNow, repacked.getInt(tableNow) + 1);
        repacked.putInt(pack.length + 1 - 12, tableNow);
        CRC32C checksum = new CRC32C();
        checksum.update(repacked.array(), tableNow, pack.length + 1 - 16 - tableNow);
        repacked.putInt(pack.length + 1 - 8, (int) checksum.getValue());
        assertThat(first.address().offset()).isEqualTo(32);
        return repacked.flip();
    }
}
