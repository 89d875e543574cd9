package dev.lifeboat.vault.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.SessionId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PackTableTest {

    private static final PackId ID = new PackId(new SessionId(77), 1);
    private static final int SLOTS = 12;

    private final List<SlotAddress> addresses = new ArrayList<>();
    private byte[] pack = {};
    private int tableAt;

    @BeforeEach
    void makeAPack() throws InterruptedException {
        SinkInMemory sink = new SinkInMemory();
        try (PackWriter packs = new PackWriter(Contents.ids(77), sink, 1 << 16, 1)) {
            KeyringOfTests keys = new KeyringOfTests(1);
            SlotSealer blocks = new SlotSealer(SlotKind.BLOCK, Contents.VAULT_ID, keys, new Zstandard(1));
            SlotSealer nodes = new SlotSealer(SlotKind.NODE, Contents.VAULT_ID, keys, new Zstandard(1));
            for (int slot = 0; slot < SLOTS; slot++) {
                byte[] content = Contents.mixed(50 * slot, slot);
                SlotSealer sealer = slot < SLOTS / 2 ? blocks : nodes;
                addresses.add(sealer.seal(content, 0, content.length, Contents.digest(slot), packs));
            }
            packs.finish();
        }
        pack = sink.pack(ID);
        tableAt = pack.length - PackLayout.TRAILER_LENGTH - SLOTS * PackLayout.ENTRY_LENGTH;
    }

    @Test
    void saysWhereTheSlotsAre() {
        PackTable table = read(pack);
        assertThat(table.id()).isEqualTo(ID);
        assertThat(table.entries().stream().map(PackTable.Entry::address)).isEqualTo(addresses);
        assertThat(table.entries().subList(0, 6)).allMatch(entry -> entry.kind() == SlotKind.BLOCK);
        assertThat(table.entries().subList(6, 12)).allMatch(entry -> entry.kind() == SlotKind.NODE);
        assertThat(table.entries())
                .allMatch(entry -> entry.matches(pack, entry.address().offset()));
    }

    @Test
    void aPackHasTheBytesThatThePageSays() {
        ByteBuffer bytes = ByteBuffer.wrap(pack);
        byte[] magic = new byte[8];
        bytes.get(magic);
        assertThat(magic).asString().isEqualTo("LIFEBOAT");
        assertThat(bytes.get()).isEqualTo((byte) 'P');
        assertThat(bytes.get()).isZero();
        assertThat(bytes.getShort()).isZero();
        assertThat(bytes.getInt()).isEqualTo(pack.length - 16);
        assertThat(PackId.read(bytes)).isEqualTo(ID);

        bytes.position(pack.length - 16);
        assertThat(bytes.getInt()).isEqualTo(SLOTS);
        assertThat(bytes.getInt()).isEqualTo(tableAt);
        assertThat(bytes.getInt()).isEqualTo(crc(pack, tableAt, pack.length - 16));
        assertThat(Arrays.copyOfRange(pack, pack.length - 4, pack.length))
                .asString()
                .isEqualTo("PACK");

        bytes.position(tableAt);
        int offset = 32;
        for (int slot = 0; slot < SLOTS; slot++) {
            int kindAndLength = bytes.getInt();
            int end = offset + (kindAndLength & 0xffffff);
            assertThat(kindAndLength >>> 24).isEqualTo(slot < 6 ? 1 : 2);
            assertThat(bytes.getInt()).isEqualTo(crc(pack, offset, end));
            offset = end;
        }
        assertThat(offset).isEqualTo(tableAt);
    }

    @Test
    void aPackWithoutSlotsHasAnEmptyTable() {
        assertThat(read(packWithTable(0, new byte[0], new byte[0])).entries()).isEmpty();
    }

    @Test
    void headerTableAndEndWithAnyBitFlippedAreRefused() {
        for (int at = 0; at < pack.length; at++) {
            if (at == PackLayout.HEADER_LENGTH) {
                at = tableAt;
            }
            for (int bit = 0; bit < 8; bit++) {
                byte[] damaged = pack.clone();
                damaged[at] ^= (byte) (1 << bit);
                assertRefused(damaged, "bit %d of byte %d".formatted(bit, at));
            }
        }
    }

    @Test
    void aSlotWithAnyBitFlippedDoesNotMatchItsEntry() {
        List<PackTable.Entry> entries = read(pack).entries();
        for (PackTable.Entry entry : entries.subList(0, 4)) {
            int offset = entry.address().offset();
            for (int bit = 0; bit < 8 * entry.address().length(); bit++) {
                byte[] damaged = pack.clone();
                damaged[offset + bit / 8] ^= (byte) (1 << bit % 8);
                assertThat(entry.matches(damaged, offset)).isFalse();
            }
        }
    }

    @Test
    void aPackThatIsCutAnywhereIsRefused() {
        for (int length = 0; length < pack.length; length++) {
            assertRefused(Arrays.copyOf(pack, length), "cut to " + length);
            assertRefused(Arrays.copyOfRange(pack, pack.length - length, pack.length), "the last " + length);
        }
        assertRefused(Arrays.copyOf(pack, pack.length + 1), "one byte more");
    }

    @Test
    void aStoreThatGivesLessThanItSaidIsRefused() {
        assertThatThrownBy(() -> PackTable.read(ID, pack.length, (offset, into) -> {
                    int length = Math.min(into.remaining(), tableAt + 3 - (int) offset);
                    into.put(pack, (int) offset, Math.max(length, 0));
                }))
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VAULT_OBJECT_DAMAGED))
                .hasMessageContaining(ID.objectName());
    }

    @Test
    void anotherPackUnderItsNameIsRefused() {
        PackId other = new PackId(ID.session(), 2);
        assertThatThrownBy(() -> PackTable.read(other, pack.length, reader(pack)))
                .isInstanceOf(LifeboatException.class)
                .hasMessageContaining(other.objectName());
    }

    @Test
    void aHigherVersionIsNotDamage() {
        pack[9] = 1;
        assertThatThrownBy(() -> read(pack))
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VAULT_FORMAT_UNKNOWN));
    }

    @Test
    void aLengthThatNoPackHasIsRefusedBeforeAnythingIsRead() {
        for (long length : new long[] {-1, 0, 47, (64 << 20) + 1, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThatThrownBy(() -> PackTable.read(ID, length, (_, _) -> {
                        throw new AssertionError("read");
                    }))
                    .isInstanceOf(LifeboatException.class);
        }
    }

    @Test
    void aBlockBehindANodeIsRefused() {
        byte[] kinds = {2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0};
        assertRefused(packWithTable(2, new byte[0], kinds), "a block behind a node");
    }

    @Test
    void whateverTheStoreClaimsOnlyARefusalCanComeOfIt() {
        for (long seed = 0; seed < 20_000; seed++) {
            RandomGenerator random = Contents.seeded(seed);
            byte[] hostile = switch (random.nextInt(3)) {
                case 0 -> Contents.random(random.nextInt(400), seed);
                case 1 -> damaged(random);
                default -> claimed(random, seed);
            };
            try {
                for (PackTable.Entry entry : read(hostile).entries()) {
                    assertThat(entry.address().offset() + entry.address().length())
                            .isLessThanOrEqualTo(hostile.length);
                }
            } catch (LifeboatException e) {
                assertThat(e.code())
                        .as("seed %d", seed)
                        .isIn(ErrorCode.VAULT_OBJECT_DAMAGED, ErrorCode.VAULT_FORMAT_UNKNOWN);
            }
        }
    }

    private byte[] damaged(RandomGenerator random) {
        byte[] damaged = pack.clone();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            int behind = random.nextBoolean() ? 0 : pack.length - 16;
            damaged[behind + random.nextInt(16)] = (byte) random.nextInt();
        }
        return damaged;
    }

    /** With right checksums, so that only what the table says can be wrong. */
    private static byte[] claimed(RandomGenerator random, long seed) {
        int slots = random.nextInt(5);
        byte[] table = new byte[8 * slots];
        for (int slot = 0; slot < slots; slot++) {
            table[8 * slot] = (byte) random.nextInt(random.nextInt(10) == 0 ? 256 : 3);
            table[8 * slot + 1] = (byte) (random.nextInt(10) == 0 ? random.nextInt() : 0);
            table[8 * slot + 3] = (byte) random.nextInt(40);
        }
        int count = random.nextInt(10) == 0 ? random.nextInt() : slots;
        return packWithTable(count, Contents.random(random.nextInt(100), seed), table);
    }

    private static byte[] packWithTable(int count, byte[] slots, byte[] table) {
        ByteBuffer bytes = ByteBuffer.allocate(32 + slots.length + table.length + 16);
        PackLayout.writeHeader(bytes, ID, bytes.capacity());
        bytes.position(32).put(slots).put(table);
        bytes.putInt(count).putInt(32 + slots.length).putInt(crc(table, 0, table.length));
        return bytes.put(PackLayout.END_MAGIC).array();
    }

    private static void assertRefused(byte[] damaged, String how) {
        assertThatThrownBy(() -> read(damaged)).as(how).isInstanceOf(LifeboatException.class);
    }

    private static PackTable read(byte[] pack) {
        return PackTable.read(ID, pack.length, reader(pack));
    }

    /** Refuses to be asked for more than there is, so that memory is bounded by the object. */
    private static PackTable.RangeReader reader(byte[] pack) {
        return (offset, into) -> {
            if (offset < 0 || offset + into.remaining() > pack.length) {
                throw new AssertionError("%d bytes at %d of %d".formatted(into.remaining(), offset, pack.length));
            }
            into.put(pack, (int) offset, into.remaining());
        };
    }

    private static int crc(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }
}
