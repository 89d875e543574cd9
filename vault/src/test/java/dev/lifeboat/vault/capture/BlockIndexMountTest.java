package dev.lifeboat.vault.capture;

import static dev.lifeboat.vault.capture.IndexedBlocks.address;
import static dev.lifeboat.vault.capture.IndexedBlocks.fingerprint;
import static dev.lifeboat.vault.capture.IndexedBlocks.pack;
import static dev.lifeboat.vault.capture.IndexedBlocks.scope;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The index on small file systems that fill up or turn read-only. Mounting needs root. */
class BlockIndexMountTest {

    @TempDir
    private Path folder;

    private final List<String> troubles = new ArrayList<>();
    private Path root = Path.of("");

    @BeforeEach
    void mount() throws Exception {
        root = Files.createDirectory(folder.resolve("mounted"));
        String said = run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", root.toString());
        Assumptions.assumeTrue(said.isEmpty(), () -> "no file system can be mounted here: " + said);
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", root.toString());
    }

    @Test
    void aFullDiskIsToldOnceAndWhatIsInTheFileStaysTrue() {
        int blocks = 1_000;
        try (BlockIndex index = open()) {
            assertThat(index.isKept()).isTrue();
            index.durable(pack(0, blocks));
            assertThat(index.isKept()).isFalse();
            assertThat(troubles).singleElement().asString().contains("No space left");
            index.sealed(fingerprint(blocks), address(blocks));
            assertThat(index.find(fingerprint(blocks))).contains(address(blocks));
            index.durable(pack(0, blocks));
        }
        assertThat(troubles).hasSize(1);
        try (BlockIndex index = open()) {
            long hits = 0;
            for (long block = 0; block < blocks; block++) {
                if (index.find(fingerprint(block)).isPresent()) {
                    assertThat(index.find(fingerprint(block))).contains(address(block));
                    hits++;
                }
            }
            assertThat(hits).isBetween(30L, 64L);
        }
    }

    @Test
    void aReadOnlyDiskIsToldOnceAndDoneWithout() throws Exception {
        try (BlockIndex index = open()) {
            index.durable(pack(0, 3));
        }
        run("mount", "-o", "remount,ro", root.toString());

        try (BlockIndex index = open()) {
            assertThat(index.isKept()).isFalse();
            index.sealed(fingerprint(9), address(9));
            index.durable(pack(0, 9));
            assertThat(index.find(fingerprint(9))).contains(address(9));
        }
        assertThat(troubles).hasSize(1);
    }

    private BlockIndex open() {
        return BlockIndex.open(root.resolve("blocks"), BlockIndex.STANDARD_BYTES, scope(1), troubles::add);
    }

    /** What the program said; nothing when all went well. */
    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? "" : said + " (" + process.exitValue() + ')';
    }
}
