package dev.lifeboat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.vault.pack.Block;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ExportCommandTest {

    private static final int MIB = 1 << 20;

    @TempDir
    private Path folder;

    private ImageVault vault;
    private Path image;
    private Path out;
    private Path part;
    private Path journal;

    @BeforeEach
    void importOne() throws IOException {
        vault = ImageVault.made(folder);
        image = ImageFiles.make(folder.resolve("a.raw"), 64 * MIB, 1, 10);
        Path exports = Files.createDirectory(folder.resolve("exports"));
        out = exports.resolve("out");
        part = exports.resolve("out.part");
        journal = exports.resolve("out.part.journal");
        vault.imported("--disk", "vda=" + image);
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("exports"))) {
            return files.toList();
        }
    }

    @Test
    void aRawExportIsTheDiskByteForByteAndSparse() throws Exception {
        JsonNode result = ImageFiles.json(vault.run(vault.exporting("web@1-1", out)));

        assertThat(result.propertyNames())
                .containsExactly("point", "disk", "file", "size", "stored_bytes", "resumed_from");
        assertThat(result.path("size").asLong()).isEqualTo(64 * MIB);
        assertThat(result.path("resumed_from").asLong()).isZero();
        ImageFiles.assertSame(out, image);
        long stored = result.path("stored_bytes").asLong();
        assertThat(stored).isBetween(64L * Block.SIZE, 180L * Block.SIZE);
        assertThat(ImageFiles.bytesOnDisk(out)).isBetween(stored, stored + MIB);
        assertThat(left()).containsExactly(out);
    }

    @Test
    void aQcow2ExportEqualsTheDisk() throws Exception {
        ImageFiles.json(vault.run(vault.exporting("web@1-1", out, "--format", "QCOW2")));

        ImageFiles.tool("qemu-img", "compare", "-f", "qcow2", "-F", "raw", out.toString(), image.toString());
        ImageFiles.tool("qemu-img", "check", "-q", "-f", "qcow2", out.toString());
        assertThat(ImageFiles.json(ImageFiles.tool("qemu-img", "info", "--output", "json", out.toString())
                                .output())
                        .path("virtual-size")
                        .asLong())
                .isEqualTo(64 * MIB);
        assertThat(Files.size(out)).isLessThan(20 * MIB);
        assertThat(left()).containsExactly(out);
    }

    @Test
    void aDiskOfAnySizeBecomesAQcow2Image() throws Exception {
        for (int size : new int[] {0, 1, 511, 65_537}) {
            Path odd = ImageFiles.make(folder.resolve("odd" + size), size, 2, 100);
            ImageFiles.json(vault.run(vault.importingOf("m" + size, "--disk", "vda=" + odd)));
            Path to = folder.resolve("exports/q" + size);

            ImageFiles.json(vault.run(vault.exporting("m" + size + "@1-1", to, "--format", "qcow2")));

            ImageFiles.tool("qemu-img", "compare", "-f", "qcow2", "-F", "raw", to.toString(), odd.toString());
        }
    }

    @Test
    void theNameOfTheImageMayHaveAColon() throws Exception {
        Path here = Path.of("").toAbsolutePath().relativize(folder.resolve("exports/vm:1"));

        ImageFiles.json(vault.run(vault.exporting("web@1-1", here, "--format", "qcow2")));

        assertThat(left()).containsExactly(folder.resolve("exports/vm:1"));
    }

    @Test
    void whatIsThereIsNotTouched() throws IOException {
        Files.writeString(out, "mine");
        ImageFiles.assertFailed(vault.run(vault.exporting("web@1-1", out)), ErrorCode.VAULT_TARGET_UNUSABLE);
        assertThat(out).hasContent("mine");
        Files.delete(out);

        Files.writeString(part, "mine too");
        ImageFiles.assertFailed(vault.run(vault.exporting("web@1-1", out)), ErrorCode.VAULT_TARGET_UNUSABLE);
        assertThat(part).hasContent("mine too");
        Files.writeString(journal, "another export\n4194304\n");
        ImageFiles.assertFailed(vault.run(vault.exporting("web@1-1", out)), ErrorCode.VAULT_TARGET_UNUSABLE);
        assertThat(part).hasContent("mine too");
        assertThat(journal).hasContent("another export\n4194304\n");
        assertThat(left()).containsExactlyInAnyOrder(part, journal);
    }

    @Test
    void anExportThatADamagedPackBreaksOffGoesOnWhenThePackIsBack() throws IOException {
        Path other = ImageFiles.make(folder.resolve("b.raw"), 64 * MIB, 3, 0);
        for (int leaf = 0; leaf < 16; leaf++) {
            ImageFiles.write(other, leaf * ImageVault.LEAF.bytes(), Block.SIZE, leaf);
        }
        vault.imported("--disk", "vda=" + other);
        List<Path> before = vault.onDisk().objects("packs");
        ImageFiles.write(other, 15 * ImageVault.LEAF.bytes(), Block.SIZE, 99);
        vault.imported("--disk", "vda=" + other);
        List<Path> packs = new ArrayList<>(vault.onDisk().objects("packs"));
        packs.removeAll(before);
        for (Path pack : packs) {
            Files.move(pack, folder.resolve(pack.getFileName().toString()));
        }

        VaultOnDisk.Ended broken = vault.run(vault.exporting("web@1-3", out));
        assertThat(broken.errors()).contains(ErrorCode.VAULT_OBJECT_MISSING.code());
        assertThat(out).doesNotExist();
        for (Path pack : packs) {
            Files.move(folder.resolve(pack.getFileName().toString()), pack);
        }

        JsonNode result = ImageFiles.json(vault.run(vault.exporting("web@1-3", out)));
        ImageFiles.assertSame(out, other);
        assertThat(result.path("resumed_from").asLong()).isLessThan(64 * MIB);
        assertThat(left()).containsExactly(out);
    }

    @Test
    void whatWasDurableIsNotWrittenAgain() throws IOException {
        ImageFiles.json(vault.run(vault.exporting("web@1-1", out)));
        Files.move(out, part);
        ImageFiles.write(part, 40 * MIB, 20 * MIB, 4);
        ImageFiles.resize(part, 33 * MIB);
        Files.writeString(journal, journalSubject() + 32 * MIB + "\n");

        JsonNode result = ImageFiles.json(vault.run(vault.exporting("web@1-1", out)));

        assertThat(result.path("resumed_from").asLong()).isEqualTo(32 * MIB);
        ImageFiles.assertSame(out, image);
        assertThat(left()).containsExactly(out);
    }

    @Test
    void anExportThatHadOnlyItsJournalToRemoveIsFinished() throws IOException {
        ImageFiles.json(vault.run(vault.exporting("web@1-1", out)));
        Files.writeString(journal, journalSubject() + "0\n");

        JsonNode result = ImageFiles.json(vault.run(vault.exporting("web@1-1", out)));

        assertThat(result.path("resumed_from").asLong()).isEqualTo(64 * MIB);
        assertThat(left()).containsExactly(out);
        ImageFiles.assertSame(out, image);
    }

    @Test
    void anImageThatAnotherExportWritesIsLeftToIt() throws Exception {
        ImageFiles.json(vault.run(vault.exporting("web@1-1", out)));
        Files.move(out, part);
        Files.writeString(journal, journalSubject() + "0\n");
        try (FileChannel other = FileChannel.open(part, StandardOpenOption.WRITE);
                FileLock _ = other.lock()) {
            assertThat(vault.start(vault.exporting("web@1-1", out)).waitFor())
                    .isEqualTo(ErrorCode.VAULT_TARGET_UNUSABLE.outcome().exitCode());
        }
        assertThat(Files.readString(folder.resolve("child-errors"))).contains(ErrorCode.VAULT_TARGET_UNUSABLE.code());
        ImageFiles.assertSame(part, image);
    }

    /** The first line of the journal of this export. */
    private String journalSubject() {
        return ImageFiles.json(vault.onDisk().read("show", "web@1-1", "-o", "json"))
                        .path("point")
                        .path("head")
                        .asString()
                + " vda raw\n";
    }

    @Test
    void aFolderThatIsNotThereIsNoLackOfSpace() {
        ImageFiles.assertFailed(
                vault.run(vault.exporting("web@1-1", folder.resolve("none/out"))), ErrorCode.CLI_FILE_UNWRITABLE);
    }

    @Test
    void pointAndDiskMustBeThere() {
        ImageFiles.assertFailed(vault.run(vault.exporting("web@1-2", out)), ErrorCode.VAULT_POINT_UNKNOWN);
        ImageFiles.assertFailed(vault.run(vault.exporting("db@1-1", out)), ErrorCode.VAULT_POINT_UNKNOWN);
        ImageFiles.assertFailed(vault.run(vault.exporting("latest", out)), ErrorCode.VAULT_POINT_UNKNOWN);
        ImageFiles.assertFailed(
                vault.run(vault.exporting("web@1-1", out, "--disk", "vdb")), ErrorCode.VAULT_DISK_UNKNOWN);
        ImageFiles.assertFailed(
                vault.run(vault.exporting("web@1-1", out, "--disk", "db/vda")), ErrorCode.VAULT_DISK_UNKNOWN);
    }

    private VaultOnDisk.Ended with(String... key) {
        return vault.run(Stream.concat(
                        Stream.of(
                                "export", "--vault", vault.onDisk().url(), "web@1-1", "--disk", "vda", out.toString()),
                        Stream.of(key))
                .toArray(String[]::new));
    }

    @Test
    void thePassphraseOpensBlocksAsTheKitDoesAndCredentialsDoNot() throws IOException {
        VaultOnDisk disk = vault.onDisk();
        VaultOnDisk other = VaultOnDisk.made(Files.createDirectory(folder.resolve("other")));
        disk.write("wrong", "wrong\n");

        ImageFiles.assertFailed(with("--passphrase-file", disk.file("wrong")), ErrorCode.VAULT_PASSPHRASE_WRONG);
        ImageFiles.assertFailed(with("--kit", other.file("kit")), ErrorCode.VAULT_KIT_WRONG);
        ImageFiles.assertFailed(with("--credentials", disk.file("credentials")), ErrorCode.VAULT_KEY_REQUIRED);
        ImageFiles.assertFailed(with(), ErrorCode.VAULT_KEY_REQUIRED);
        assertThat(left()).isEmpty();

        assertThat(with("--passphrase-file", disk.file("passphrase")).output())
                .startsWith("Wrote vda of web@1-1 to ")
                .endsWith("64.0 MiB, every block verified.\n");
        ImageFiles.assertSame(out, image);
    }
}
