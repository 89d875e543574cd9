package dev.lifeboat.vault.pack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ZstandardTest {

    private final Zstandard zstandard = new Zstandard(Zstandard.LEVEL);

    @Test
    void tellsWhenNothingWouldBeSaved() {
        byte[] into = new byte[2 * Block.SIZE];
        for (int length : new int[] {0, 1, 10, 100, 8192, 8193, Block.SIZE}) {
            assertThat(zstandard.compress(Contents.random(length, length), 0, length, into, 1))
                    .as("%d bytes", length)
                    .isZero();
        }
    }

    @Test
    void aBlockWithARandomPieceIsStillCompressed() {
        byte[] block = Contents.text(Block.SIZE);
        System.arraycopy(Contents.random(5000, 1), 0, block, Block.SIZE / 4, 5000);
        assertThat(zstandard.compress(block, 0, Block.SIZE, new byte[Block.SIZE], 0))
                .isBetween(1, Block.SIZE / 2);
    }

    @Test
    void writesOnlyWhereItMay() {
        byte[] into = new byte[2000];
        Arrays.fill(into, (byte) 5);
        int size = zstandard.compress(Contents.text(60_000), 0, 60_000, into, 100);
        assertThat(size).isPositive();
        assertThat(Arrays.copyOf(into, 100)).containsOnly(5);

        byte[] frame = Arrays.copyOfRange(into, 100, 100 + size);
        assertThat(zstandard.expand(frame, 0, size, new byte[59_999], 0, 59_999))
                .isNegative();
        assertThat(zstandard.expand(frame, 0, size, new byte[60_000], 0, 60_000))
                .isEqualTo(60_000);
    }

    @Test
    void damagedFramesNeverEndInAnException() {
        byte[] frame = new byte[Block.SIZE];
        byte[] content = Contents.mixed(3000, 8);
        int size = zstandard.compress(content, 0, content.length, frame, 0);
        RandomGenerator random = Contents.seeded(30);
        byte[] into = new byte[Block.SIZE];
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = Arrays.copyOf(frame, random.nextInt(size + 1));
            for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            assertThat(zstandard.expand(damaged, 0, damaged.length, into, 0, into.length))
                    .isLessThanOrEqualTo(Block.SIZE);
        }
    }
}
