package dev.lifeboat.recovery.export;

import dev.lifeboat.vault.capture.DiskSource;
import java.nio.ByteBuffer;
import java.util.Random;

/** A disk whose bytes follow from a seed: every fourth MiB is zero, half of each other one compresses. */
public final class MadeDisk implements DiskSource {

    private static final int PART = 1 << 20;

    private final long seed;
    private final long size;

    /** A disk of so many bytes. */
    public MadeDisk(long seed, long size) {
        this.seed = seed;
        this.size = size;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        long at = offset;
        while (into.hasRemaining()) {
            int from = (int) (at % PART);
            int length = Math.min(into.remaining(), PART - from);
            into.put(part(at / PART), from, length);
            at += length;
        }
    }

    private byte[] part(long number) {
        byte[] part = new byte[PART];
        if (number % 4 != 3) {
            Random random = new Random(seed * 1_000_003 + number);
            byte[] half = new byte[PART / 2];
            random.nextBytes(half);
            for (int i = 0; i < PART; i += 2 * 4096) {
                System.arraycopy(half, i / 2, part, i, 4096);
            }
        }
        return part;
    }

    /** These bytes of it. */
    byte[] bytes(long offset, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        read(offset, bytes);
        return bytes.array();
    }

    @Override
    public boolean isHole(long offset, long length) {
        return false;
    }

    @Override
    public void close() {
        // Nothing to give back.
    }
}
