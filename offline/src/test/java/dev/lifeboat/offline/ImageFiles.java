package dev.lifeboat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.vault.pack.Block;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Disk images that follow from seeds, and what is asked of them. */
final class ImageFiles {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int STAT_BLOCK = 512;

    private ImageFiles() {}

    /**
     * Makes a sparse image.
     *
     * @param filled how many of 100 blocks have content, which does not compress
     */
    static Path make(Path file, long size, long seed, int filled) throws IOException {
        Random random = new Random(seed);
        try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
            image.setLength(size);
            for (long offset = 0; offset < size; offset += Block.SIZE) {
                if (random.nextInt(100) < filled) {
                    byte[] content = new byte[(int) Math.min(Block.SIZE, size - offset)];
                    random.nextBytes(content);
                    image.seek(offset);
                    image.write(content);
                }
            }
        }
        return file;
    }

    /** Writes bytes that follow from a seed. */
    static void write(Path file, long offset, int length, long seed) throws IOException {
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
            image.seek(offset);
            image.write(content);
        }
    }

    static void resize(Path file, long size) throws IOException {
        try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
            image.setLength(size);
        }
    }

    static void assertSame(Path one, Path other) throws IOException {
        assertThat(Files.size(one)).as("size of %s", one).isEqualTo(Files.size(other));
        assertThat(Files.mismatch(one, other))
                .as("first byte in which %s and %s differ", one, other)
                .isEqualTo(-1);
    }

    /** What a file takes of its file system. */
    static long bytesOnDisk(Path file) throws InterruptedException {
        return STAT_BLOCK
                * Long.parseLong(
                        Program.of("stat", "--format", "%b", file.toString()).ask());
    }

    /** Runs a program that has to succeed. */
    static ProgramRun tool(String... command) throws InterruptedException {
        return Program.of(command).run().orThrow();
    }

    static JsonNode json(String text) {
        return JSON.readTree(text);
    }

    /** The document that a command printed. */
    static JsonNode json(VaultOnDisk.Ended ended) {
        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        return json(ended.output());
    }

    static void assertFailed(VaultOnDisk.Ended ended, ErrorCode code) {
        assertThat(ended.errors()).contains(code.code());
        assertThat(ended.exitCode()).isEqualTo(code.outcome().exitCode());
        assertThat(ended.output()).isEmpty();
    }
}
