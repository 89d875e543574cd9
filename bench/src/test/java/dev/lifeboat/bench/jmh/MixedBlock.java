package dev.lifeboat.bench.jmh;

import dev.lifeboat.vault.pack.Block;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** A block such as disks have: words of a small vocabulary, numbers, and a quarter of random bytes. */
final class MixedBlock {

    private static final long SEED = 20_261_123L;
    private static final String GENERATOR = "L64X128MixRandom";
    private static final String[] WORDS = {
        "the", "harbour", "lifeboat", "crew", "is", "called", "out", "at", "night", "and", "return", "static", "0x00"
    };

    private MixedBlock() {}

    static byte[] bytes() {
        RandomGenerator random = RandomGeneratorFactory.of(GENERATOR).create(SEED);
        byte[] block = new byte[Block.SIZE];
        random.nextBytes(block);
        int at = 0;
        while (at < Block.SIZE / 4 * 3) {
            String word = WORDS[random.nextInt(WORDS.length)] + ' ' + random.nextInt(1000) + ' ';
            byte[] text = word.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(text, 0, block, at, text.length);
            at += text.length;
        }
        return block;
    }
}
