package dev.lifeboat.recovery.home;

import java.util.Arrays;
import java.util.Random;

/** A small disk that changes at random: writes, zeros over data, data over zeros, growing and shrinking. */
final class DiskHistory {

    private static final int MOST_BLOCKS = 80;

    private final Random random;
    private byte[] content;

    DiskHistory(Random random) {
        this.random = random;
        this.content = new byte[size()];
        for (int i = 0; i < 6; i++) {
            change();
        }
    }

    private int size() {
        int blocks = random.nextInt(4) == 0 ? 60 + random.nextInt(MOST_BLOCKS - 60) : 1 + random.nextInt(12);
        return switch (random.nextInt(3)) {
            case 0 -> blocks * HomeFixture.BLOCK;
            case 1 -> (blocks - 1) * HomeFixture.BLOCK + 512 * (1 + random.nextInt(127));
            default -> (blocks - 1) * HomeFixture.BLOCK + 1 + random.nextInt(HomeFixture.BLOCK);
        };
    }

    byte[] content() {
        return content.clone();
    }

    /** As it would be after some more of the same, which are not made. */
    byte[] diverged() {
        byte[] kept = content;
        content = content.clone();
        for (int i = 0; i < 3; i++) {
            change();
        }
        byte[] diverged = content;
        content = kept;
        return diverged;
    }

    byte[] step() {
        if (random.nextInt(3) == 0) {
            content = Arrays.copyOf(content, size());
        }
        for (int i = random.nextInt(5); i >= 0; i--) {
            change();
        }
        return content();
    }

    private void change() {
        int from = random.nextInt(content.length);
        int length = Math.min(content.length - from, 1 + random.nextInt(random.nextBoolean() ? 600 : 400_000));
        switch (random.nextInt(4)) {
            case 0 -> Arrays.fill(content, from, from + length, (byte) 0);
            case 1 -> {
                // Whole blocks of zeros, which trees do not store.
                int block = from / HomeFixture.BLOCK * HomeFixture.BLOCK;
                Arrays.fill(content, block, Math.min(content.length, block + 3 * HomeFixture.BLOCK), (byte) 0);
            }
            default -> {
                byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                System.arraycopy(bytes, 0, content, from, length);
            }
        }
    }
}
