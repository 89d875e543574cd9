package dev.lifeboat.bench.own;

import dev.lifeboat.bench.ByteRange;
import dev.lifeboat.vault.capture.DiskSource;
import dev.lifeboat.vault.pack.Block;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A disk without a hole that is nowhere: its blocks repeat a few contents, so that each is stored once and mapped from
 * everywhere. What changes becomes new, half of it random.
 */
final class MappedDisk implements ChangingDisk {

    private static final String GENERATOR = "L64X128MixRandom";
    private static final int CONTENTS = 61;

    private final long size;
    private final byte[][] contents = new byte[CONTENTS][];
    private int points;

    MappedDisk(long size) {
        this.size = size;
        for (int i = 0; i < CONTENTS; i++) {
            contents[i] = halfRandom(i);
        }
    }

    @Override
    public DiskSource now(List<ByteRange> changed) {
        int point = points++;
        return new DiskSource() {

            @Override
            public long size() {
                return size;
            }

            @Override
            public void read(long offset, ByteBuffer into) {
                long at = offset;
                while (into.hasRemaining()) {
                    byte[] content = contentOf(at / Block.SIZE);
                    int from = (int) (at % Block.SIZE);
                    int length = Math.min(Block.SIZE - from, into.remaining());
                    into.put(content, from, length);
                    at += length;
                }
            }

            private byte[] contentOf(long block) {
                return point == 0 ? contents[(int) (block % CONTENTS)] : halfRandom(((long) point << 40) + block);
            }

            @Override
            public boolean isHole(long offset, long length) {
                return false;
            }

            @Override
            public void close() {}
        };
    }

    private static byte[] halfRandom(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of(GENERATOR).create(seed);
        byte[] content = new byte[Block.SIZE];
        byte[] half = new byte[Block.SIZE / 2];
        random.nextBytes(half);
        System.arraycopy(half, 0, content, 0, half.length);
        return content;
    }
}
