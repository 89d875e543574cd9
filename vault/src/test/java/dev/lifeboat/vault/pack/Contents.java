package dev.lifeboat.vault.pack;

import dev.lifeboat.vault.key.SessionId;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;

/** What the tests put into slots. */
final class Contents {

    static final byte[] VAULT_ID = "a vault of tests".getBytes(StandardCharsets.US_ASCII);

    private Contents() {}

    static RandomGenerator seeded(long seed) {
        return RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(seed);
    }

    static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        seeded(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] text(int length) {
        byte[] bytes = new byte[length];
        byte[] line = "All hands to the boats, in good order. ".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < length; i++) {
            bytes[i] = line[i % line.length];
        }
        return bytes;
    }

    /** Random at the start, text behind. */
    static byte[] mixed(int length, long seed) {
        byte[] bytes = text(length);
        System.arraycopy(random(length / 3, seed), 0, bytes, 0, length / 3);
        return bytes;
    }

    static Digest128 digest(long number) {
        return new Digest128(number, ~number);
    }

    /** Ids of packs of one session, from 1. */
    static Supplier<PackId> ids(long session) {
        Iterator<Long> numbers = LongStream.iterate(1, n -> n + 1).iterator();
        return () -> new PackId(new SessionId(session), numbers.next());
    }
}
