package dev.lifeboat.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The clients of libnbd and of QEMU, with the server of this module. */
@Timeout(120)
class OtherClientsTest {

    private static final int SIZE = 4 << 20;

    @TempDir
    Path folder;

    private final MemoryExport disk = new MemoryExport("disk", SIZE);
    private NbdServer server = NbdServer.of(disk).build();

    @BeforeEach
    void startServer() throws IOException {
        byte[] content = Tools.patchwork(SIZE, 1);
        System.arraycopy(content, 0, disk.content(), 0, SIZE);
        server = NbdServer.of(disk, new MemoryExport("other", 1 << 20, BlockSizes.DEFAULT, false))
                .listen(NbdAddress.unix(folder.resolve("s")))
                .start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private String uri(String name) {
        return "nbd+unix:///" + name + "?socket=" + folder.resolve("s");
    }

    @Test
    void nbdinfoSeesWhatTheExportCanDo() throws Exception {
        assertThat(Tools.run("nbdinfo", "--json", uri("disk")))
                .contains("\"export-name\": \"disk\"", "\"export-size\": " + SIZE, "\"base:allocation\"")
                .contains("\"description\": \"memory of disk\"", "\"block_size_maximum\": 33554432")
                .contains("\"is_read_only\": false", "\"can_multi_conn\": true", "\"can_fast_zero\": true")
                .contains("\"can_df\": true", "\"can_trim\": true", "\"can_zero\": true", "\"can_cache\": true");
        assertThat(Tools.run("nbdinfo", "--json", uri("other"))).contains("\"is_read_only\": true");
    }

    @Test
    void nbdinfoAndQemuListTheExports() throws Exception {
        assertThat(Tools.run("nbdinfo", "--list", uri(""))).contains("export=\"disk\"", "export=\"other\"");
        assertThat(Tools.run("qemu-nbd", "-L", "-k", folder.resolve("s").toString()))
                .contains("exports available: 2", "'disk'", "memory of other", "base:allocation");
    }

    @Test
    void nbdinfoAndQemuSeeTheZeroes() throws Exception {
        assertThat(Tools.run("nbdinfo", "--map", uri("disk")).lines().limit(2))
                .map(line -> line.strip().replaceAll(" +", " "))
                .containsExactly("0 131072 0 data", "131072 131072 3 hole,zero");
        assertThat(Tools.run("qemu-img", "map", "--output=json", uri("disk")))
                .contains("\"start\": 0, \"length\": 131072", "\"start\": 131072, \"length\": 131072");
        assertThat(Tools.run("qemu-img", "info", uri("disk"))).contains("virtual size: 4 MiB");
    }

    @Test
    void nbdcopyCopiesInBothDirections() throws Exception {
        Path file = folder.resolve("copy");
        Tools.run("nbdcopy", uri("disk"), file.toString());
        assertThat(Files.readAllBytes(file)).isEqualTo(disk.content());
        byte[] fresh = Tools.patchwork(SIZE, 2);
        Files.write(file, fresh);
        Tools.run("nbdcopy", "--flush", file.toString(), uri("disk"));
        assertThat(disk.content()).isEqualTo(fresh);
        assertThat(disk.flushes.get()).isPositive();
    }

    @Test
    void qemuConvertsInBothDirections() throws Exception {
        Path file = folder.resolve("copy");
        Tools.run("qemu-img", "convert", "-f", "raw", "-O", "raw", uri("disk"), file.toString());
        assertThat(Files.readAllBytes(file)).isEqualTo(disk.content());
        byte[] fresh = Tools.patchwork(SIZE, 3);
        Files.write(file, fresh);
        Tools.run("qemu-img", "convert", "-n", "-W", "-f", "raw", "-O", "raw", file.toString(), uri("disk"));
        assertThat(disk.content()).isEqualTo(fresh);
        Tools.run("qemu-img", "compare", "-f", "raw", "-F", "raw", file.toString(), uri("disk"));
    }

    @Test
    void qemuWritesZeroesDiscardsAndReadsBack() throws Exception {
        String said = Tools.run(
                "qemu-io",
                "-f",
                "raw",
                "-d",
                "unmap",
                "-c",
                "write -P 0x5a 4096 200k",
                "-c",
                "read -P 0x5a 4096 200k",
                "-c",
                "write -f -P 0x11 512 1024",
                "-c",
                "write -z 64k 32k",
                "-c",
                "read -P 0 64k 32k",
                "-c",
                "write -z -u 128k 32k",
                "-c",
                "discard 1M 128k",
                "-c",
                "flush",
                "-c",
                "read -P 0x11 512 1024",
                uri("disk"));
        assertThat(said).doesNotContain("failed").contains("wrote 204800/204800", "discard 131072/131072");
        assertThat(disk.content()[4096]).isEqualTo((byte) 0x5a);
        assertThat(disk.content()[64 << 10]).isZero();
        assertThat(disk.content()[1 << 20]).isZero();
        assertThat(disk.flushes.get()).isPositive();
    }

    @Test
    void libnbdTalksTlsWithAServerThatItTrusts() throws Exception {
        Tools.need("nbdinfo");
        Certificates certificates = new Certificates(folder, "tls");
        String certificate =
                pem("CERTIFICATE", certificates.store().getCertificate("key").getEncoded());
        Files.writeString(folder.resolve("ca-cert.pem"), certificate);
        try (NbdServer secure = NbdServer.of(disk)
                .listen(NbdAddress.tcp("127.0.0.1", 0))
                .tls(certificates.trusting(certificates), false)
                .start()) {
            String uri = "nbds://localhost:%d/disk?tls-certificates=%s"
                    .formatted(((NbdAddress.Tcp) secure.address()).port(), folder);
            assertThat(Tools.run("nbdinfo", uri)).contains("with TLS");
            Path file = folder.resolve("copy");
            Tools.run("nbdcopy", uri, file.toString());
            assertThat(Files.readAllBytes(file)).isEqualTo(disk.content());
        }
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                .formatted(what, Base64.getMimeEncoder().encodeToString(content), what);
    }
}
