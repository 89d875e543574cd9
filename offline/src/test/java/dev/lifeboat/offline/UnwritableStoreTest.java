package dev.lifeboat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.recovery.image.ImageFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Imports to stores, and exports to folders, that cannot take them. */
class UnwritableStoreTest {

    private static final int MIB = 1 << 20;

    @TempDir
    private Path folder;

    @Test
    void anImportThatFillsTheStorePublishesNothingAndWorksOnceThereIsSpace() throws Exception {
        Path image = ImageFiles.make(folder.resolve("a.raw"), 4 * MIB, 1, 100);
        Path large = ImageFiles.make(folder.resolve("b.raw"), 40 * MIB, 2, 100);
        try (SmallFileSystem store = SmallFileSystem.mount(folder.resolve("store"), "20m")) {
            ImageVault vault = ImageVault.made(folder, store.folder());
            vault.imported("--disk", "vda=" + image);

            ImageFiles.assertFailed(vault.run(vault.importing("--disk", "vda=" + large)), ErrorCode.VAULT_STORE_FULL);

            assertThat(vault.points()).containsExactly("web@1-1 point");
            vault.assertSound();
            vault.assertExact("web@1-1", "vda", image);

            store.remount("size=200m");
            vault.imported("--disk", "vda=" + large);
            vault.assertExact("web@1-2", "vda", large);
            vault.assertExact("web@1-1", "vda", image);
            vault.assertSound();
        }
    }

    @Test
    void anImportToAReadOnlyStorePublishesNothing() throws Exception {
        Path image = ImageFiles.make(folder.resolve("a.raw"), 2 * MIB, 3, 100);
        try (SmallFileSystem store = SmallFileSystem.mount(folder.resolve("store"), "40m")) {
            ImageVault vault = ImageVault.made(folder, store.folder());
            vault.imported("--disk", "vda=" + image);
            store.remount("ro");

            ImageFiles.assertFailed(
                    vault.run(vault.importing("--disk", "vda=" + image)), ErrorCode.VAULT_STORE_READ_ONLY);

            assertThat(vault.points()).containsExactly("web@1-1 point");
            vault.assertExact("web@1-1", "vda", image);
            vault.assertSound();
        }
    }

    @ParameterizedTest
    @EnumSource(ImageFormat.class)
    void anExportThatFillsItsFolderGoesOnOnceThereIsSpace(ImageFormat format) throws Exception {
        Path image = ImageFiles.make(folder.resolve("a.raw"), 40 * MIB, 4, 100);
        ImageVault vault = ImageVault.made(folder);
        vault.imported("--disk", "vda=" + image);
        try (SmallFileSystem small = SmallFileSystem.mount(folder.resolve("small"), "18m")) {
            Path out = small.folder().resolve("out");
            String[] export = vault.exporting("web@1-1", out, "--format", format.name());

            ImageFiles.assertFailed(vault.run(export), ErrorCode.HOST_NO_SPACE);
            assertThat(out).doesNotExist();

            small.remount("size=100m");
            JsonNode result = ImageFiles.json(vault.run(export));
            assertThat(result.path("resumed_from").asLong()).isLessThan(18 * MIB);
            ImageFiles.tool("qemu-img", "compare", "-f", format.name(), "-F", "raw", out.toString(), image.toString());
            try (var left = Files.list(small.folder())) {
                assertThat(left).containsExactly(out);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ImageFormat.class)
    void anExportToAFullFolderSaysSo(ImageFormat format) throws Exception {
        Path image = ImageFiles.make(folder.resolve("a.raw"), MIB, 5, 100);
        ImageVault vault = ImageVault.made(folder);
        vault.imported("--disk", "vda=" + image);
        try (SmallFileSystem small = SmallFileSystem.mount(folder.resolve("small"), "1m")) {
            ImageFiles.make(small.folder().resolve("filler"), MIB - 8192, 6, 100);

            ImageFiles.assertFailed(
                    vault.run(vault.exporting("web@1-1", small.folder().resolve("out"), "--format", format.name())),
                    ErrorCode.HOST_NO_SPACE);
        }
    }
}
