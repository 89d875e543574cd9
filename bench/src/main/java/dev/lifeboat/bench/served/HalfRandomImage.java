package dev.lifeboat.bench.served;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.pack.Block;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** A raw image: of four blocks one is a hole, and of the others half is random, so that no two are alike. */
final class HalfRandomImage {

    static final long SEED = 20_261_122L;
    static final String DISK = "vda";

    private static final String GENERATOR = "L64X128MixRandom";
    private static final int OF_FOUR = 4;

    private HalfRandomImage() {}

    static void write(Path file, ByteCount size) {
        RandomGenerator random = RandomGeneratorFactory.of(GENERATOR).create(SEED);
        byte[] half = new byte[Block.SIZE / 2];
        ByteBuffer block = ByteBuffer.allocate(Block.SIZE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long blocks = size.bytes() / Block.SIZE;
            for (long number = 0; number < blocks; number++) {
                if (number % OF_FOUR == 1) {
                    continue;
                }
                random.nextBytes(half);
                block.clear().put(half).rewind();
                long at = number * Block.SIZE;
                while (block.hasRemaining()) {
                    at += channel.write(block, at);
                }
            }
            channel.force(true);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.CLI_FILE_UNWRITABLE, "%s could not be written: %s".formatted(file, e), e);
        }
    }
}
