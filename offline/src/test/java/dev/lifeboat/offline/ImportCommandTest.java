package dev.lifeboat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.SearchPath;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.vault.pack.Block;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ImportCommandTest {

    private static final int MIB = 1 << 20;

    @TempDir
    private Path folder;

    private ImageVault vault;

    @BeforeEach
    void make() {
        vault = ImageVault.made(folder);
    }

    private Path image(String name, long size, long seed, int filled) throws IOException {
        return ImageFiles.make(folder.resolve(name), size, seed, filled);
    }

    @Test
    void rawImagesOfAnySizeComeBackByteForByte() throws IOException {
        for (int size : new int[] {0, 1, 511, 65_537, 3 * MIB + 4_097, 9 * MIB}) {
            String machine = "m" + size;
            Path image = image(machine, size, size, 40);

            JsonNode result = ImageFiles.json(vault.run(vault.importingOf(machine, "--disk", "vda=" + image)));

            assertThat(result.propertyNames())
                    .containsExactly(
                            "point", "head", "group", "machine", "read_bytes", "new_blocks", "stored_bytes", "packs");
            assertThat(result.path("point").asString()).isEqualTo(machine + "@1-1");
            assertThat(result.path("group").asString()).isEqualTo(machine);
            vault.assertExact(machine + "@1-1", "vda", image);
        }
        vault.assertSound();
    }

    @Test
    void holesOfARawImageAreNotRead() throws IOException {
        Path image = image("a.raw", 64 * MIB, 1, 0);
        ImageFiles.write(image, 40 * MIB, Block.SIZE, 2);

        JsonNode result = vault.imported("--disk", "vda=" + image);

        assertThat(result.path("read_bytes").asLong()).isLessThan(5 * MIB);
        assertThat(result.path("new_blocks").asLong()).isEqualTo(1);
        vault.assertExact("web@1-1", "vda", image);
    }

    @Test
    void onlyWhatChangedIsStoredAgain() throws IOException {
        Path image = image("a.raw", 6 * MIB + 100, 3, 100);
        Path before = folder.resolve("before.raw");
        JsonNode first = vault.imported("--disk", "vda=" + image);
        Files.copy(image, before);

        ImageFiles.write(image, 2 * Block.SIZE - 1, 2, 4);
        ImageFiles.write(image, 6 * MIB, 100, 5);
        JsonNode second = vault.imported("--disk", "vda=" + image);

        assertThat(first.path("new_blocks").asLong()).isEqualTo(97);
        assertThat(second.path("new_blocks").asLong()).isEqualTo(3);
        assertThat(second.path("stored_bytes").asLong()).isBetween(2L * Block.SIZE, 4L * Block.SIZE);
        JsonNode third = vault.imported("--disk", "vda=" + image);
        assertThat(third.path("new_blocks").asLong()).isZero();

        vault.assertExact("web@1-1", "vda", before);
        vault.assertExact("web@1-2", "vda", image);
        vault.assertExact("web@1-3", "vda", image);
        vault.assertSound();
    }

    @Test
    void anImageMayGrowAndShrinkBetweenImports() throws IOException {
        Path image = image("a.raw", 5 * MIB + 7, 6, 70);
        int number = 0;
        for (long size : new long[] {5 * MIB + 7, 9 * MIB, 9 * MIB + 1, 2 * MIB + 3, 0, 6 * MIB}) {
            ImageFiles.resize(image, size);
            if (size > MIB) {
                ImageFiles.write(image, size - MIB, 1000, size);
            }
            vault.imported("--disk", "vda=" + image);
            number++;
            vault.assertExact("web@1-" + number, "vda", image);
        }
        vault.assertSound();
    }

    @Test
    void compressedQcow2ImagesWithABackingFileComeBack() throws Exception {
        Path raw = image("a.raw", 5 * MIB, 7, 60);
        Path base = folder.resolve("base.qcow2");
        Path top = folder.resolve("top.qcow2");
        Path flat = folder.resolve("flat.raw");
        ImageFiles.tool("qemu-img", "convert", "-f", "raw", "-O", "qcow2", "-c", raw.toString(), base.toString());
        ImageFiles.tool(
                "qemu-img", "create", "-q", "-f", "qcow2", "-b", "base.qcow2", "-F", "qcow2", top.toString(), "7M");
        ImageFiles.tool(
                "qemu-io",
                "-f",
                "qcow2",
                "-c",
                "write -P 0x5a 1M 300k",
                "-c",
                "write -z 3M 1M",
                "-c",
                "write -P 0xa5 6M 512",
                top.toString());
        ImageFiles.tool("qemu-img", "convert", "-f", "qcow2", "-O", "raw", top.toString(), flat.toString());

        vault.imported("--disk", "vda=" + base);
        vault.imported("--disk", "vda=" + top);

        vault.assertExact("web@1-1", "vda", raw);
        vault.assertExact("web@1-2", "vda", flat);
    }

    @Test
    void theNameOfAQcow2ImageMayHaveAColon() throws Exception {
        Path image = folder.resolve("vm:1.qcow2");
        ImageFiles.tool("qemu-img", "create", "-q", "-f", "qcow2", image.toString(), "1M");
        Path here = Path.of("").toAbsolutePath().relativize(image);

        assertThat(vault.imported("--disk", "vda=" + here).path("point").asString())
                .isEqualTo("web@1-1");
    }

    @Test
    void aMachineHasSeveralDisks() throws IOException {
        Path one = image("1.raw", 2 * MIB, 8, 50);
        Path other = image("2.raw", 3 * MIB, 9, 50);

        vault.imported("--disk", "vda=" + one, "--disk", "vdb=" + other);

        vault.assertExact("web@1-1", "vda", one);
        vault.assertExact("web@1-1", "web/vdb", other);
    }

    @Test
    void theImportOfOneMachineKeepsTheOthersOfItsGroup() throws IOException {
        Path web = image("web.raw", 2 * MIB, 10, 50);
        Path db = image("db.raw", 3 * MIB, 11, 50);

        ImageFiles.json(vault.run(vault.importingOf("web", "--group", "shop", "--disk", "vda=" + web)));
        ImageFiles.json(vault.run(vault.importingOf("db", "--group", "shop", "--disk", "vda=" + db)));

        vault.assertExact("shop@1-2", "web/vda", web);
        vault.assertExact("shop@1-2", "db/vda", db);
        ImageFiles.assertFailed(
                vault.run(vault.exporting("shop@1-2", folder.resolve("out"))), ErrorCode.VAULT_DISK_UNKNOWN);
    }

    @Test
    void whatANbdServerOffersIsImported() throws Exception {
        Path image = image("a.raw", 4 * MIB, 12, 50);
        Path socket = folder.resolve("a & b");
        Process server = new ProcessBuilder(
                        "qemu-nbd",
                        "-k",
                        socket.toString(),
                        "-f",
                        "raw",
                        "-r",
                        "-t",
                        "-x",
                        "the disk",
                        image.toString())
                .start();
        try {
            assertThat(VaultOnDisk.context()
                            .time()
                            .await(Duration.ofSeconds(30), Duration.ofMillis(10), () -> isListening(socket)))
                    .isTrue();
            String name = socket.toString().replace(" ", "%20").replace("&", "%26");

            vault.imported("--disk", "vda=nbd+unix:///the%20disk?socket=" + name);
            ImageFiles.assertFailed(
                    vault.run(vault.importing("--disk", "vda=nbd+unix:///other?socket=" + name)),
                    ErrorCode.VAULT_IMAGE_UNREADABLE);
        } finally {
            server.destroyForcibly().waitFor();
        }
        vault.assertExact("web@1-1", "vda", image);
        ImageFiles.assertFailed(
                vault.run(vault.importing("--disk", "vda=nbd+unix:///x?socket=" + folder.resolve("none"))),
                ErrorCode.VAULT_IMAGE_UNREADABLE);
        ImageFiles.assertFailed(vault.run(vault.importing("--disk", "vda=nbd+unix:///x")), ErrorCode.CLI_WRONG_USAGE);
    }

    @Test
    void outsideOfTheChangedRangesNothingIsSeen() throws IOException {
        Path image = image("a.raw", 6 * MIB, 13, 100);
        vault.imported("--disk", "vda=" + image);
        Path expected = folder.resolve("expected.raw");
        ImageFiles.write(image, MIB, 10, 14);
        Files.copy(image, expected);
        ImageFiles.write(image, 5 * MIB, 10, 15);
        Path ranges = Files.writeString(folder.resolve("ranges"), "\n " + MIB + "\t10 \n\n0 0\n");

        JsonNode result = vault.imported("--disk", "vda=" + image, "--changed", ranges.toString());

        assertThat(result.path("read_bytes").asLong()).isEqualTo(Block.SIZE);
        assertThat(result.path("new_blocks").asLong()).isEqualTo(1);
        vault.assertExact("web@1-2", "vda", expected);

        vault.imported("--disk", "vda=" + image, "--changed", "vda=" + Files.writeString(ranges, "5242880 1"));
        vault.assertExact("web@1-3", "vda", image);
    }

    @Test
    void theFirstImportReadsAllWhateverChanged() throws IOException {
        Path image = image("a.raw", 2 * MIB, 16, 100);
        Path ranges = Files.writeString(folder.resolve("ranges"), "");

        vault.imported("--disk", "vda=" + image, "--changed", ranges.toString());

        vault.assertExact("web@1-1", "vda", image);
    }

    @Test
    void wrongLinesOfChangedRangesAreRefused() throws IOException {
        Path image = image("a.raw", MIB, 17, 100);
        Path ranges = folder.resolve("ranges");
        for (String line : List.of(
                "1",
                "1 2 3",
                "-1 5",
                "0x10 5",
                "0 1048577",
                "1048577 0",
                "999999999999999999 999999999999999999",
                "9999999999999999999 1",
                "a b",
                "\u00e4")) {
            Files.write(ranges, ("0 1\n" + line + "\n").getBytes(StandardCharsets.ISO_8859_1));

            ImageFiles.assertFailed(
                    vault.run(vault.importing("--disk", "vda=" + image, "--changed", ranges.toString())),
                    ErrorCode.VAULT_CHANGED_RANGES_INVALID);
        }
        assertThat(vault.points()).isEmpty();
    }

    @Test
    void aDiskIsNamedOnceAndHasOneFileOfRanges() throws IOException {
        Path image = image("a.raw", MIB, 18, 100);
        String ranges = Files.writeString(folder.resolve("ranges"), "0 1\n").toString();

        for (String[] wrong : List.of(
                vault.importing("--disk", "vda=" + image, "--disk", "vda=" + image),
                vault.importing("--disk", "vda=" + image, "--changed", ranges, "--changed", "vda=" + ranges),
                vault.importing("--disk", "vda=" + image, "--disk", "vdb=" + image, "--changed", ranges))) {
            ImageFiles.assertFailed(vault.run(wrong), ErrorCode.CLI_WRONG_USAGE);
        }
        ImageFiles.assertFailed(
                vault.run(vault.importing("--disk", "vda=" + image, "--changed", folder.resolve("no") + "")),
                ErrorCode.CLI_FILE_UNREADABLE);
    }

    @Test
    void whatIsNoImageIsRefused() throws Exception {
        Path broken = folder.resolve("broken.qcow2");
        Files.write(broken, new byte[] {'Q', 'F', 'I', (byte) 0xfb, 0, 0, 0, 9, 1, 2, 3});

        Path pipe = folder.resolve("pipe");
        ImageFiles.tool("mkfifo", pipe.toString());

        for (Path image : List.of(folder.resolve("missing"), folder, broken, pipe)) {
            ImageFiles.assertFailed(
                    vault.run(vault.importing("--disk", "vda=" + image)), ErrorCode.VAULT_IMAGE_UNREADABLE);
        }
        assertThat(vault.points()).isEmpty();
    }

    /** A change of an image, of which there are as many as the import takes time for. */
    private interface Change {
        void make(RandomAccessFile image, int number) throws IOException;
    }

    private void assertNoticed(Change change) throws Exception {
        long size = 24 * MIB;
        Path image = image("a.raw", size, 19, 100);
        vault.imported("--disk", "vda=" + image);
        AtomicBoolean ended = new AtomicBoolean();
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            Thread writer = Thread.ofPlatform().start(() -> {
                for (int number = 1; !ended.get(); number++) {
                    try {
                        change.make(file, number);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                }
            });
            ImageFiles.assertFailed(
                    vault.run(vault.importing("--disk", "vda=" + image)), ErrorCode.VAULT_IMAGE_CHANGED);
            ended.set(true);
            writer.join();
        }
        assertThat(vault.points()).containsExactly("web@1-1 point");
        vault.assertSound();
        vault.imported("--disk", "vda=" + image);
        vault.assertExact("web@1-2", "vda", image);
    }

    @Test
    void anImageThatGrowsMeanwhileIsNotPublished() throws Exception {
        assertNoticed((image, number) -> image.setLength(24L * MIB + number));
    }

    @Test
    void anImageThatShrinksMeanwhileIsNotPublished() throws Exception {
        assertNoticed((image, number) -> image.setLength(Math.max(0, 24L * MIB - number)));
    }

    @Test
    void anImageThatIsWrittenToMeanwhileIsNotPublished() throws Exception {
        assertNoticed((image, number) -> {
            image.seek(number % MIB);
            image.write(number);
        });
    }

    @Test
    void anImageWhoseBackingFileIsWrittenToMeanwhileIsNotPublished() throws Exception {
        Path base = folder.resolve("base.qcow2");
        Path top = folder.resolve("top.qcow2");
        ImageFiles.tool("qemu-img", "create", "-q", "-f", "qcow2", base.toString(), "8M");
        ImageFiles.tool("qemu-img", "create", "-q", "-f", "qcow2", "-b", "base.qcow2", "-F", "qcow2", top.toString());
        long length = Files.size(base);
        AtomicBoolean ended = new AtomicBoolean();
        try (RandomAccessFile file = new RandomAccessFile(base.toFile(), "rw")) {
            Thread writer = Thread.ofPlatform().start(() -> {
                for (int number = 1; !ended.get(); number++) {
                    try {
                        file.setLength(length + number);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                }
            });
            ImageFiles.assertFailed(vault.run(vault.importing("--disk", "vda=" + top)), ErrorCode.VAULT_IMAGE_CHANGED);
            ended.set(true);
            writer.join();
        }
        assertThat(vault.points()).isEmpty();
    }

    @Test
    void credentialsMustBeOfThisVault() throws IOException {
        Path image = image("a.raw", MIB, 20, 100);
        VaultOnDisk other = VaultOnDisk.made(Files.createDirectory(folder.resolve("other")));
        String url = vault.onDisk().url();

        ImageFiles.assertFailed(
                vault.run(
                        "import",
                        "--vault",
                        url,
                        "--credentials",
                        other.file("credentials"),
                        "--machine",
                        "web",
                        "--disk",
                        "vda=" + image),
                ErrorCode.VAULT_FOREIGN);
        ImageFiles.assertFailed(
                vault.run(
                        "import",
                        "--vault",
                        url,
                        "--credentials",
                        other.file("none"),
                        "--machine",
                        "web",
                        "--disk",
                        "vda=" + image),
                ErrorCode.CLI_FILE_UNREADABLE);
        ImageFiles.assertFailed(
                vault.run(vault.importingOf("../web", "--disk", "vda=" + image)), ErrorCode.VAULT_NAME_INVALID);
        ImageFiles.assertFailed(vault.run(vault.importing("--disk", "v/a=" + image)), ErrorCode.VAULT_NAME_INVALID);
        assertThat(vault.points()).isEmpty();
    }

    @Test
    void withoutQemuAQcow2ImageIsRefusedByTheNameOfTheProgram() throws Exception {
        Path image = folder.resolve("a.qcow2");
        ImageFiles.tool("qemu-img", "create", "-q", "-f", "qcow2", image.toString(), "1M");
        Path programs = Files.createDirectory(folder.resolve("programs"));
        SearchPath installed = SearchPath.of(System.getenv("PATH"));
        for (String program : List.of("setpriv", "qemu-img")) {
            Files.createSymbolicLink(
                    programs.resolve(program),
                    installed.folderOf(program).orElseThrow().resolve(program));
        }
        ProcessBuilder builder = vault.builder(vault.importing("--disk", "vda=" + image));
        builder.environment().put("PATH", programs.toString());

        assertThat(builder.start().waitFor())
                .isEqualTo(ErrorCode.HOST_PROGRAM_MISSING.outcome().exitCode());
        assertThat(Files.readString(folder.resolve("child-errors")))
                .contains(ErrorCode.HOST_PROGRAM_MISSING.code(), "`qemu-nbd`");
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
    }

    /** The file of a socket is there a moment before somebody listens. */
    private static boolean isListening(Path socket) {
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
