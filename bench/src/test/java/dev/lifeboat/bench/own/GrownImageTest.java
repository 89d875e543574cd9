package dev.lifeboat.bench.own;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.vault.capture.DiskSource;
import dev.lifeboat.vault.pack.Block;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrownImageTest {

    private static final int IMAGE_BYTES = 2 * Block.SIZE;
    private static final long BYTES = 100L << 30;

    @TempDir
    private Path folder;

    @Test
    void theImageIsInFrontAndEveryBlockBehindItHasContent() throws IOException, InterruptedException {
        byte[] content = new byte[IMAGE_BYTES];
        Arrays.fill(content, (byte) 7);
        Path image = Files.write(folder.resolve("image.raw"), content);

        try (DiskSource grown = new GrownImage(image, BYTES).now(List.of());
                DiskSource mapped = new MappedDisk(BYTES).now(List.of())) {
            assertThat(grown.size()).isEqualTo(BYTES);
            assertThat(read(grown, 0, IMAGE_BYTES)).isEqualTo(content);
            assertThat(read(grown, BYTES - Block.SIZE, Block.SIZE))
                    .isEqualTo(read(mapped, BYTES - Block.SIZE, Block.SIZE));
            byte[] across = read(grown, Block.SIZE, IMAGE_BYTES);
            assertThat(Arrays.copyOf(across, Block.SIZE)).containsOnly(7);
            assertThat(Arrays.copyOfRange(across, Block.SIZE, IMAGE_BYTES))
                    .isEqualTo(read(mapped, IMAGE_BYTES, Block.SIZE));
            assertThat(grown.isHole(IMAGE_BYTES, Block.SIZE)).isFalse();
        }
    }

    @Test
    void anImageOfItsSizeIsItself() throws IOException, InterruptedException {
        Path image = Files.write(folder.resolve("image.raw"), new byte[IMAGE_BYTES]);

        try (DiskSource grown = new GrownImage(image, IMAGE_BYTES).now(List.of())) {
            assertThat(grown.size()).isEqualTo(IMAGE_BYTES);
            assertThat(read(grown, 0, IMAGE_BYTES)).containsOnly(0);
        }
    }

    private static byte[] read(DiskSource disk, long offset, int length) throws IOException, InterruptedException {
        ByteBuffer into = ByteBuffer.allocate(length);
        disk.read(offset, into);
        assertThat(into.hasRemaining()).isFalse();
        return into.array();
    }
}
