package dev.lifeboat.vault.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.pack.SlotKind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class TreeNodeTest {

    @Test
    void aNodeIsReadAsItWasWritten() {
        for (long seed = 0; seed < 500; seed++) {
            TreeNode node = random(seeded(seed));
            byte[] bytes = node.encode();
            assertThat(bytes.length).isLessThanOrEqualTo(TreeNode.MAX_ENCODED);
            TreeNode read = TreeNode.decode(ByteBuffer.wrap(bytes));
            assertSame(read, node);
            assertSame(node.copy(), node);
            assertThat(read.encode()).isEqualTo(bytes);
        }
    }

    @Test
    void theLongestNodeFitsASlot() {
        TreeNode node = new TreeNode(6);
        for (int i = 0; i < 64; i++) {
            PackId pack = new PackId(new SessionId(i), i);
            SlotAddress address =
                    new SlotAddress(pack, SlotAddress.MAX_SLOTS - 1, Integer.MAX_VALUE, SlotAddress.MAX_LENGTH);
            node.setStored(i, address, new Digest128(-1, -i));
        }
        byte[] bytes = node.encode();
        assertThat(bytes).hasSize(TreeNode.MAX_ENCODED);
        assertThat(bytes.length).isLessThanOrEqualTo(SlotKind.NODE.maxContentBytes());
        assertSame(TreeNode.decode(ByteBuffer.wrap(bytes)), node);
    }

    @Test
    void aNodeHasTheBytesThatThePageSays() {
        TreeNode node = new TreeNode(1);
        PackId pack = PackId.parse("0102030405060708" + "0000000000000009");
        node.setStored(0, new SlotAddress(pack, 0x1112, 0x21222324, 0x313233), new Digest128(0x41, 0x42));
        node.setZero(1);
        node.setStored(63, new SlotAddress(pack, 2, 3, 4), new Digest128(5, 6));
        assertThat(HexFormat.of().formatHex(node.encode()))
                .isEqualTo("01" + "01" + "8000000000000001" + "0000000000000002"
                        + "01020304050607080000000000000009"
                        + "00" + "1112" + "21222324" + "313233" + "00000000000000410000000000000042"
                        + "00" + "0002" + "00000003" + "000004" + "00000000000000050000000000000006");
    }

    @Test
    void theHashSaysNothingOfPlaces() {
        TreeNode one = new TreeNode(0);
        TreeNode other = new TreeNode(0);
        one.setStored(5, address(1, 1), new Digest128(7, 8));
        other.setStored(5, address(2, 9), new Digest128(7, 8));
        assertThat(one.hash()).isEqualTo(other.hash());

        other.setStored(5, address(1, 1), new Digest128(7, 9));
        assertThat(one.hash()).isNotEqualTo(other.hash());
        TreeNode moved = new TreeNode(0);
        moved.setStored(6, address(1, 1), new Digest128(7, 8));
        assertThat(one.hash()).isNotEqualTo(moved.hash());
        TreeNode higher = new TreeNode(1);
        higher.setStored(5, address(1, 1), new Digest128(7, 8));
        assertThat(one.hash()).isNotEqualTo(higher.hash());
        TreeNode withZero = one.copy();
        withZero.setZero(6);
        assertThat(one.hash()).isNotEqualTo(withZero.hash());
    }

    @Test
    void anEntryIsOneOfThreeThings() {
        TreeNode node = new TreeNode(0);
        assertThat(node.isNever()).isTrue();
        node.setZero(63);
        assertThat(node.zeroBits()).isEqualTo(Long.MIN_VALUE);
        node.setStored(63, address(1, 1), new Digest128(1, 2));
        assertThat(node.zeroBits()).isZero();
        assertThat(node.storedBits()).isEqualTo(Long.MIN_VALUE);
        assertThat(node.holds(63, new Digest128(1, 2))).isTrue();
        assertThat(node.holds(63, new Digest128(1, 3))).isFalse();
        assertThat(node.holds(62, new Digest128(0, 0))).isFalse();
        node.setZero(63);
        assertThat(node.storedBits()).isZero();
        node.setNever(63);
        assertThat(node.isNever()).isTrue();
        for (int i = 0; i < 64; i++) {
            assertThat(node.isAllZero()).isFalse();
            node.setZero(i);
        }
        assertThat(node.isAllZero()).isTrue();
        node.clearFrom(64);
        assertThat(node.isAllZero()).isTrue();
        node.clearFrom(3);
        assertThat(node.zeroBits()).isEqualTo(7);
        node.clearFrom(0);
        assertThat(node.isNever()).isTrue();
    }

    @Test
    void aCopyIsAnother() {
        TreeNode node = new TreeNode(0);
        node.setStored(1, address(1, 1), new Digest128(1, 1));
        TreeNode copy = node.copy();
        copy.setStored(1, address(2, 2), new Digest128(2, 2));
        assertThat(node.address(1)).isEqualTo(address(1, 1));
        assertThat(node.digest(1)).isEqualTo(new Digest128(1, 1));
    }

    @Test
    void aNodeThatIsCutOrExtendedIsNone() {
        byte[] bytes = random(seeded(4)).encode();
        for (int length = 0; length < bytes.length + 3; length++) {
            if (length != bytes.length) {
                byte[] other = Arrays.copyOf(bytes, length);
                assertThatIllegalArgumentException().isThrownBy(() -> TreeNode.decode(ByteBuffer.wrap(other)));
            }
        }
    }

    @Test
    void anEntryThatIsBothStoredAndZeroIsNone() {
        TreeNode node = new TreeNode(0);
        node.setZero(3);
        byte[] bytes = node.encode();
        bytes[9] = 8;
        assertThatIllegalArgumentException().isThrownBy(() -> TreeNode.decode(ByteBuffer.wrap(bytes)));
    }

    @Test
    void whateverTheBytesAreANodeOrARefusalComesOfThem() {
        int read = 0;
        for (long seed = 0; seed < 30_000; seed++) {
            RandomGenerator random = seeded(seed);
            byte[] bytes = random(random).encode();
            if (random.nextInt(4) == 0) {
                random.nextBytes(bytes);
            }
            for (int hits = random.nextInt(4); hits > 0; hits--) {
                int at = random.nextInt(random.nextBoolean() ? 18 : bytes.length);
                bytes[at] = (byte) random.nextInt();
            }
            try {
                TreeNode node = TreeNode.decode(ByteBuffer.wrap(bytes));
                assertSame(TreeNode.decode(ByteBuffer.wrap(node.encode())), node);
                read++;
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).as("seed %d", seed).isNotBlank();
            }
        }
        assertThat(read).isBetween(1000, 29_000);
    }

    private static void assertSame(TreeNode actual, TreeNode expected) {
        assertThat(actual.level()).isEqualTo(expected.level());
        assertThat(actual.storedBits()).isEqualTo(expected.storedBits());
        assertThat(actual.zeroBits()).isEqualTo(expected.zeroBits());
        for (int i = 0; i < 64; i++) {
            if (expected.isStored(i)) {
                assertThat(actual.address(i)).isEqualTo(expected.address(i));
                assertThat(actual.digest(i)).isEqualTo(expected.digest(i));
            }
        }
        assertThat(actual.hash()).isEqualTo(expected.hash());
    }

    private static TreeNode random(RandomGenerator random) {
        TreeNode node = new TreeNode(random.nextInt(7));
        int packs = 1 + random.nextInt(64);
        for (int i = 0; i < 64; i++) {
            switch (random.nextInt(3)) {
                case 0 -> node.setZero(i);
                case 1 ->
                    node.setStored(
                            i,
                            address(random.nextInt(packs), random.nextInt(60_000)),
                            new Digest128(random.nextLong(), random.nextLong()));
                default -> node.setNever(i);
            }
        }
        return node;
    }

    private static SlotAddress address(int pack, int slot) {
        return new SlotAddress(new PackId(new SessionId(pack), 1), slot, 32 + 17 * slot, 200 + slot);
    }

    private static RandomGenerator seeded(long seed) {
        return RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(seed);
    }
}
