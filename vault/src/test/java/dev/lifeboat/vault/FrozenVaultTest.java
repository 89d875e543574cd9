package dev.lifeboat.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The vault in the test resources, which was once written by {@link SampleVault}, is still read, by today's code and by
 * the script of the format's page. Version 0 of the format may change: an intended change of it writes the sample anew,
 * with {@code -Dlifeboat.regenerate=true}. From version 1 on each version keeps its sample for ever.
 */
class FrozenVaultTest {

    private static final boolean REGENERATE = Boolean.getBoolean("lifeboat.regenerate");
    private static final Path FROZEN = Path.of(
            System.getProperty("lifeboat.root"), "vault/src/test/resources/dev/lifeboat/vault/sample-version-0");
    private static final long SEED = 20260101;

    /** Of all files together: a sample that grows by accident is noticed. */
    private static final long LARGEST_BYTES = 60_000;

    /** A copy, so that nothing can write into the sources. */
    @TempDir
    private Path folder;

    @BeforeEach
    void copy() throws Exception {
        if (REGENERATE) {
            Path fresh = folder.resolve("fresh");
            SampleVault.write(fresh, SEED);
            remove(FROZEN);
            copy(fresh, FROZEN);
        }
        copy(FROZEN, folder);
    }

    @Test
    void todaysCodeReadsIt() throws Exception {
        Vault vault = FormatPageTest.opened(folder);

        assertThat(FormatPageTest.slots(vault)).hasSize(8).anyMatch(slot -> slot.startsWith("shop@2-1:"));
        for (Map.Entry<String, byte[]> disk : SampleVault.disks().entrySet()) {
            assertThat(FormatPageTest.content(vault, disk.getKey()))
                    .as(disk.getKey())
                    .isEqualTo(disk.getValue());
        }
    }

    @Test
    void theScriptReadsIt() throws Exception {
        PageReader.need();

        assertThat(FormatPageTest.listed(folder)).isEqualTo(FormatPageTest.slots(FormatPageTest.opened(folder)));
        for (Map.Entry<String, byte[]> disk : SampleVault.disks().entrySet()) {
            assertThat(FormatPageTest.extracted(folder, disk.getKey()))
                    .as(disk.getKey())
                    .isEqualTo(disk.getValue());
        }
    }

    @Test
    void itIsSmall() throws IOException {
        long bytes = 0;
        for (Path file : files(FROZEN)) {
            bytes += Files.size(file);
        }

        assertThat(bytes).isBetween(1L, LARGEST_BYTES);
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path file : files(from)) {
            Path copied = to.resolve(from.relativize(file).toString());
            Files.createDirectories(copied.getParent());
            Files.copy(file, copied);
        }
    }

    private static void remove(Path folder) throws IOException {
        if (Files.exists(folder)) {
            for (Path file : files(folder)) {
                Files.delete(file);
            }
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var found = Files.walk(folder)) {
            return found.filter(Files::isRegularFile).toList();
        }
    }
}
