package dev.lifeboat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.Outcome;
import dev.lifeboat.vault.pack.Block;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ServeCommandTest {

    private static final int MIB = 1 << 20;

    @TempDir
    private Path folder;

    private ImageVault vault;
    private Path socket;

    @BeforeEach
    void make() {
        vault = ImageVault.made(folder);
        socket = folder.resolve("nbd");
    }

    private String[] serving(String point, String option, String key, String... more) {
        return Stream.concat(
                        Stream.of(
                                "serve",
                                "--vault",
                                vault.onDisk().url(),
                                option,
                                key,
                                point,
                                "--socket",
                                socket.toString()),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private String[] serving(String point) {
        return serving(point, "--kit", vault.onDisk().file("kit"));
    }

    private String uri(String export) {
        return "nbd+unix:///%s?socket=%s".formatted(export, socket);
    }

    /** A server in a process of its own, which ends in order when it is closed. */
    private final class Server implements AutoCloseable {

        private final Process process;
        private final List<String> words = new ArrayList<>();

        Server(int disks, String... command) throws IOException {
            process = vault.start(command);
            BufferedReader output = process.inputReader();
            for (int i = 0; i < disks; i++) {
                String line = output.readLine();
                assertThat(line)
                        .as(Files.readString(folder.resolve("child-errors")))
                        .isNotNull();
                words.add(line);
            }
        }

        @Override
        public void close() {
            process.destroy();
            assertThat(process.onExit().join().exitValue()).isEqualTo(128 + 15);
            assertThat(socket).doesNotExist();
        }
    }

    @Test
    void aDiskIsReadByEveryClient() throws Exception {
        Path image = ImageFiles.make(folder.resolve("a.raw"), 20 * MIB + 511, 1, 40);
        vault.imported("--disk", "vda=" + image);
        try (Server server = new Server(1, serving("web@1-1"))) {
            assertThat(server.words).containsExactly("Serving vda of web@1-1, 20.0 MiB, at " + uri("vda"));
            assertThat(Program.of("stat", "--format", "%a", socket.toString()).ask())
                    .isEqualTo("600");

            JsonNode export = ImageFiles.json(
                            ImageFiles.tool("nbdinfo", "--json", uri("vda")).output())
                    .path("exports")
                    .path(0);
            assertThat(export.path("export-size").asLong()).isEqualTo(20 * MIB + 511);
            assertThat(export.path("is_read_only").asBoolean()).isTrue();
            assertThat(export.path("can_multi_conn").asBoolean()).isTrue();

            Path copy = folder.resolve("copy");
            ImageFiles.tool("nbdcopy", "--connections=4", "--requests=16", uri("vda"), copy.toString());
            ImageFiles.assertSame(copy, image);
            assertThat(ImageFiles.bytesOnDisk(copy)).isLessThan(14L * MIB);

            Path converted = folder.resolve("converted");
            ImageFiles.tool("qemu-img", "convert", "-f", "raw", "-O", "raw", uri("vda"), converted.toString());
            // QEMU counts in sectors.
            ImageFiles.resize(converted, 20 * MIB + 511);
            ImageFiles.assertSame(converted, image);

            assertThat(Program.of("qemu-io", "-f", "raw", "-c", "write 0 512", uri("vda"))
                            .run()
                            .succeeded())
                    .isFalse();
            assertThat(Program.of("nbdinfo", uri("vdb")).run().succeeded()).isFalse();
        }
    }

    @Test
    void holesAreToldFromContent() throws Exception {
        Path image = ImageFiles.make(folder.resolve("a.raw"), 16 * MIB, 1, 0);
        ImageFiles.write(image, 3 * Block.SIZE, 2 * Block.SIZE, 2);
        vault.imported("--disk", "vda=" + image);
        try (Server _ = new Server(1, serving("web@1-1"))) {
            JsonNode map = ImageFiles.json(
                    ImageFiles.tool("nbdinfo", "--map", "--json", uri("vda")).output());

            assertThat(map).hasSize(3);
            assertThat(map.path(1).path("offset").asLong()).isEqualTo(3 * Block.SIZE);
            assertThat(map.path(1).path("length").asLong()).isEqualTo(2 * Block.SIZE);
            assertThat(map.path(0).path("description").asString()).isEqualTo("hole,zero");
            assertThat(map.path(1).path("description").asString()).isEqualTo("data");
            assertThat(map.path(2).path("description").asString()).isEqualTo("hole,zero");
        }
    }

    @Test
    void patternsAreReadWhereTheyWereWritten() throws Exception {
        Path image = ImageFiles.make(folder.resolve("a.raw"), 8 * MIB, 1, 0);
        ImageFiles.tool(
                "qemu-io",
                "-f",
                "raw",
                "-c",
                "write -P 0x5a 65000 1000",
                "-c",
                "write -P 0xa5 4M 100k",
                image.toString());
        vault.imported("--disk", "vda=" + image);
        try (Server _ = new Server(1, serving("web@1-1"))) {
            String said = ImageFiles.tool(
                            "qemu-io",
                            "-r",
                            "-f",
                            "raw",
                            "-c",
                            "read -P 0x5a 65000 1000",
                            "-c",
                            "read -P 0 0 65000",
                            "-c",
                            "read -P 0 66000 4128304",
                            "-c",
                            "read -P 0xa5 4M 100k",
                            uri("vda"))
                    .output();
            assertThat(said).doesNotContain("failed").contains("read 102400/102400 bytes at offset 4194304");
        }
    }

    @Test
    void disksOfSeveralMachinesAreCalledAfterThem() throws Exception {
        Path web = ImageFiles.make(folder.resolve("web.raw"), 2 * MIB, 1, 50);
        Path db = ImageFiles.make(folder.resolve("db.raw"), 3 * MIB, 2, 50);
        ImageFiles.json(vault.run(vault.importingOf("web", "--group", "shop", "--disk", "vda=" + web)));
        ImageFiles.json(
                vault.run(vault.importingOf("db", "--group", "shop", "--disk", "vda=" + db, "--disk", "vdb=" + web)));
        String passphrase = vault.onDisk().file("passphrase");
        try (Server _ = new Server(3, serving("shop@1-2", "--passphrase-file", passphrase))) {
            JsonNode exports = ImageFiles.json(ImageFiles.tool("nbdinfo", "--list", "--json", uri(""))
                            .output())
                    .path("exports");
            assertThat(exports.valueStream()
                            .map(export -> export.path("export-name").asString()))
                    .containsExactlyInAnyOrder("web/vda", "db/vda", "db/vdb");
            Path copy = folder.resolve("copy");
            ImageFiles.tool("nbdcopy", uri("db/vda"), copy.toString());
            ImageFiles.assertSame(copy, db);
        }
    }

    @Test
    void aDamagedBlockIsAnErrorOfTheDiskAndTheServerLivesOn() throws Exception {
        Path image = ImageFiles.make(folder.resolve("a.raw"), 2 * MIB, 1, 0);
        ImageFiles.write(image, 0, Block.SIZE, 2);
        vault.imported("--disk", "vda=" + image);
        Path pack = vault.onDisk().objects("packs").stream()
                .max(Comparator.comparingLong(one -> one.toFile().length()))
                .orElseThrow();
        ImageFiles.tool("qemu-io", "-f", "raw", "-c", "write -P 0x5a 1M 64k", image.toString());
        vault.imported("--disk", "vda=" + image);
        VaultOnDisk.flip(pack, Files.size(pack) / 2);

        try (Server _ = new Server(1, serving("web@1-2"))) {
            for (int attempt = 0; attempt < 2; attempt++) {
                ProgramRun damaged = Program.of("qemu-io", "-r", "-f", "raw", "-c", "read 0 4k", uri("vda"))
                        .run();
                assertThat(damaged.output() + damaged.errors()).contains("Input/output error");
                String whole = ImageFiles.tool("qemu-io", "-r", "-f", "raw", "-c", "read -P 0x5a 1M 64k", uri("vda"))
                        .output();
                assertThat(whole).contains("read 65536/65536").doesNotContain("failed");
            }
        }
    }

    @Test
    void aSocketThatCannotBeOpenedIsToldWithItsName() throws Exception {
        Path image = ImageFiles.make(folder.resolve("a.raw"), MIB, 1, 50);
        vault.imported("--disk", "vda=" + image);

        Files.writeString(socket, "mine");
        ImageFiles.assertFailed(vault.run(serving("web@1-1")), ErrorCode.NBD_SOCKET_UNUSABLE);
        assertThat(socket).hasContent("mine");

        socket = folder.resolve("x".repeat(120));
        ImageFiles.assertFailed(vault.run(serving("web@1-1")), ErrorCode.NBD_SOCKET_UNUSABLE);
        socket = folder.resolve("none/nbd");
        ImageFiles.assertFailed(vault.run(serving("web@1-1")), ErrorCode.NBD_SOCKET_UNUSABLE);
    }

    @Test
    void wrongCommandLinesServeNothing() throws Exception {
        Path image = ImageFiles.make(folder.resolve("a.raw"), MIB, 1, 50);
        vault.imported("--disk", "vda=" + image);
        VaultOnDisk disk = vault.onDisk();
        disk.write("wrong", "wrong\n");

        ImageFiles.assertFailed(vault.run(serving("web@1-9")), ErrorCode.VAULT_POINT_UNKNOWN);
        ImageFiles.assertFailed(
                vault.run(serving("web@1-1", "--passphrase-file", disk.file("wrong"))),
                ErrorCode.VAULT_PASSPHRASE_WRONG);
        assertThat(vault.run(serving("web@1-1", "--credentials", disk.file("credentials")))
                        .exitCode())
                .isEqualTo(Outcome.WRONG_USAGE.exitCode());
        ImageFiles.assertFailed(
                vault.run(serving("web@1-1", "--kit", disk.file("kit"), "--socket-permissions", "0600")),
                ErrorCode.CLI_WRONG_USAGE);
        assertThat(socket).doesNotExist();
    }
}
