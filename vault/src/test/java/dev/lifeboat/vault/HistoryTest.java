package dev.lifeboat.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.vault.disk.DiskCopy;
import dev.lifeboat.vault.disk.DiskReader;
import dev.lifeboat.vault.disk.DiskTarget;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.store.MemoryStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every point of a history reads back byte for byte, whatever happened to the disks between the points. */
class HistoryTest {

    private static final long TWO_TIB = 2L << 40;
    private static final long[] SIZES = {
        0,
        1,
        511,
        512,
        4097,
        65_535,
        65_536,
        65_537,
        1_000_003,
        64 * 65_536 - 1,
        64 * 65_536,
        64 * 65_536 + 1,
        63 * 65_536,
        65 * 65_536
    };
    private static final int POINTS = 8;

    /** A point and what its disks were, by MACHINE/DISK. */
    private record Moment(Point point, Map<String, SparseDisk> disks) {

        /** The only one. */
        SparseDisk disk() {
            return disks.values().iterator().next();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void everyPointOfARandomHistoryReadsBack(int seed) throws Exception {
        Random random = new Random(seed);
        TestVault vault = new TestVault(new MemoryStore("history " + seed), seed);
        Credentials writer = vault.credentials("host-1", "shop");
        Map<String, SparseDisk> disks = new LinkedHashMap<>();
        for (String disk : List.of("web/vda", "web/vdb", "db/vda")) {
            disks.put(disk, new SparseDisk(anySize(random)));
        }
        List<Moment> history = new ArrayList<>();
        WriterSession session = vault.session(writer);
        for (int i = 0; i < POINTS; i++) {
            disks.values().forEach(disk -> change(disk, random));
            if (random.nextInt(3) == 0) {
                session.close();
                session = vault.session(writer);
            }
            history.add(publish(session, disks, random));
        }
        session.close();

        Vault reopened = vault.opened();
        assertThat(reopened.group("shop").points())
                .isEqualTo(history.stream().map(Moment::point).toList());
        for (Moment moment : history) {
            for (Map.Entry<String, SparseDisk> disk : moment.disks().entrySet()) {
                assertReadsBack(reopened, moment.point().disk(disk.getKey()), disk.getValue(), random);
            }
        }
    }

    @Test
    void theSparsestLargeDiskReadsBackWhereItWasWrittenAndAround() throws Exception {
        Random random = new Random(64);
        TestVault vault = new TestVault(new MemoryStore("large"), 64);
        Credentials writer = vault.credentials("host-1", "shop");
        SparseDisk disk = new SparseDisk(TWO_TIB - 1);
        List<Moment> history = new ArrayList<>();
        try (WriterSession session = vault.session(writer)) {
            for (int i = 0; i < 2; i++) {
                for (int write = 0; write < 8; write++) {
                    disk.write(random.nextLong(disk.size() - 200_000), anyBytes(random, 200_000));
                }
                disk.write(disk.size() - 10, anyBytes(random, 10));
                history.add(publish(session, Map.of("web/vda", disk), random));
                disk.resize(i % 2 == 0 ? TWO_TIB + 70_000 : TWO_TIB - 70_000);
            }
        }

        Vault reopened = vault.opened();
        for (Moment moment : history) {
            SparseDisk expected = moment.disk();
            DiskRecord record = moment.point().disk("vda");
            assertThat(record.stored()).isEqualTo(expected.stored().size());
            DiskReader reader = reopened.reader(record, Runnable::run);
            for (long block : expected.stored()) {
                long from = Math.max(0, (block - 1) * Block.SIZE);
                int length = (int) Math.min(3 * Block.SIZE, expected.size() - from);
                assertThat(read(reader, from, length)).isEqualTo(expected.content(from, length));
            }
            assertThat(copied(reopened, record).stored()).isEqualTo(expected.stored());
        }
        assertExtents(reopened, history.getLast());
    }

    /** Over one leaf of the tree after the other, 4 GiB at a time, as an export is asked. */
    private static void assertExtents(Vault vault, Moment moment) {
        SparseDisk disk = moment.disk();
        DiskReader reader = vault.reader(moment.point().disk("vda"), Runnable::run);
        Set<Long> seen = new TreeSet<>();
        for (long from = 0; from < disk.size(); from += 4L << 30) {
            long[] at = {from};
            reader.extents(from, Math.min(4L << 30, disk.size() - from), (length, stored) -> {
                for (long offset = at[0]; stored && offset < at[0] + length; offset += Block.SIZE) {
                    seen.add(offset / Block.SIZE);
                }
                at[0] += length;
            });
            assertThat(at[0]).isEqualTo(Math.min(from + (4L << 30), disk.size()));
        }
        assertThat(seen).isEqualTo(disk.stored());
    }

    private static Moment publish(WriterSession session, Map<String, SparseDisk> disks, Random random)
            throws Exception {
        Map<String, SparseDisk> then = new LinkedHashMap<>();
        disks.forEach((name, disk) -> then.put(name, disk.snapshot()));
        try (PointBuilder builder = session.newPoint("shop")) {
            for (Map.Entry<String, SparseDisk> one : disks.entrySet()) {
                String[] names = one.getKey().split("/", -1);
                builder.machine(names[0], StrictJson.object());
                var changed = one.getValue().takeChanged();
                builder.disk(
                        names[0], names[1], one.getValue(), random.nextBoolean() ? changed : null, (at, read) -> {});
            }
            return new Moment(TestVault.published(builder.publish()), then);
        }
    }

    private static void change(SparseDisk disk, Random random) {
        for (int i = random.nextInt(6); i > 0; i--) {
            int kind = random.nextInt(8);
            if (kind == 0) {
                disk.resize(anySize(random));
            } else if (disk.size() > 0) {
                int length = 1 + random.nextInt((int) Math.min(disk.size(), 150_000));
                long offset = random.nextLong(disk.size() - length + 1);
                disk.write(offset, kind < 3 ? new byte[length] : anyBytes(random, length));
            }
        }
    }

    private static void assertReadsBack(Vault vault, DiskRecord record, SparseDisk expected, Random random)
            throws Exception {
        assertThat(record.size()).isEqualTo(expected.size());
        assertThat(record.stored()).isEqualTo(expected.stored().size());
        DiskReader reader = vault.reader(record, Runnable::run);
        for (int i = 0; i < 10 && expected.size() > 0; i++) {
            int length = 1 + random.nextInt((int) Math.min(expected.size(), 300_000));
            long offset = random.nextLong(expected.size() - length + 1);
            assertThat(read(reader, offset, length)).isEqualTo(expected.content(offset, length));
        }
        int size = (int) expected.size();
        assertThat(read(reader, 0, size)).isEqualTo(expected.content(0, size));
        assertThat(copied(vault, record).content(0, size)).isEqualTo(expected.content(0, size));
    }

    private static byte[] read(DiskReader reader, long offset, int length) throws InterruptedException {
        ByteBuffer content = ByteBuffer.allocate(length);
        reader.read(offset, content);
        return content.array();
    }

    private static SparseDisk copied(Vault vault, DiskRecord record) throws Exception {
        SparseDisk copy = new SparseDisk(record.size());
        DiskTarget target = new DiskTarget() {
            @Override
            public void write(long offset, ByteBuffer content) {
                byte[] bytes = new byte[content.remaining()];
                content.get(bytes);
                synchronized (copy) {
                    copy.write(offset, bytes);
                }
            }

            @Override
            public void reached(long offset) {}
        };
        new DiskCopy(vault.tree(record), record.size(), vault.openers(), TestVault.PROCESSORS)
                .to(target, 0, copied -> {});
        return copy;
    }

    private static long anySize(Random random) {
        return SIZES[random.nextInt(SIZES.length)];
    }

    /** Compressible or not, some of it the same again and again so that blocks repeat. */
    private static byte[] anyBytes(Random random, int length) {
        byte[] bytes = new byte[length];
        switch (random.nextInt(3)) {
            case 0 -> random.nextBytes(bytes);
            case 1 -> Arrays.fill(bytes, (byte) (1 + random.nextInt(3)));
            default -> {
                for (int i = 0; i < length; i++) {
                    bytes[i] = (byte) (i / 100);
                }
            }
        }
        return bytes;
    }
}
