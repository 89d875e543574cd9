package dev.lifeboat.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The servers of QEMU and nbdkit, with the client of this module. */
@Timeout(120)
class OtherServersTest {

    private static final int SIZE = 4 << 20;

    @TempDir
    Path folder;

    private Path socket() {
        return folder.resolve("s");
    }

    private NbdClient.Builder client() {
        return NbdClient.to(NbdAddress.unix(socket())).context(Protocol.BASE_ALLOCATION);
    }

    private static byte[] all(NbdDisk disk) throws IOException {
        ByteBuffer all = ByteBuffer.allocate((int) disk.size());
        disk.read(0, all);
        return all.array();
    }

    @Test
    void qemuServesARawFile() throws Exception {
        Path file = folder.resolve("raw");
        byte[] content = Tools.patchwork(SIZE, 1);
        Files.write(file, content);
        try (Tools.Running _ = Tools.serve(
                        socket(),
                        "qemu-nbd",
                        "-t",
                        "-k",
                        socket().toString(),
                        "-e",
                        "2",
                        "-x",
                        "disk",
                        "-f",
                        "raw",
                        file.toString());
                NbdClient client = client().export("disk").connect()) {
            assertThat(client.structuredReplies()).isTrue();
            assertThat(client.contexts()).containsExactly(Protocol.BASE_ALLOCATION);
            assertThat(all(client)).isEqualTo(content);
            byte[] fresh = Tools.patchwork(1 << 20, 9);
            client.write(1 << 20, ByteBuffer.wrap(fresh), true);
            client.writeZeroes(0, 1 << 16, true, false);
            client.writeZeroes(1 << 16, 1 << 16, false, true);
            client.trim(2 << 20, 1 << 20, false);
            client.flush();
            System.arraycopy(new byte[1 << 17], 0, content, 0, 1 << 17);
            System.arraycopy(fresh, 0, content, 1 << 20, 1 << 20);
            ByteBuffer front = ByteBuffer.allocate(2 << 20);
            client.read(0, front);
            assertThat(front.flip()).isEqualTo(ByteBuffer.wrap(content, 0, 2 << 20));
            assertThatThrownBy(() -> client().export("nothing").connect()).hasMessageContaining("no such export");
        }
    }

    @Test
    void qemuServesAQcow2OverSeveralConnections() throws Exception {
        Path file = folder.resolve("disk.qcow2");
        Tools.run("qemu-img", "create", "-f", "qcow2", file.toString(), "4M");
        try (Tools.Running _ = Tools.serve(
                        socket(),
                        "qemu-nbd",
                        "-t",
                        "-e",
                        "4",
                        "-k",
                        socket().toString(),
                        "-f",
                        "qcow2",
                        file.toString());
                NbdConnections client = client().connect(4)) {
            assertThat(client.count()).isEqualTo(4);
            client.write(1 << 20, ByteBuffer.wrap(Tools.patchwork(1 << 18, 4)), false);
            client.flush();
            byte[] expected = new byte[SIZE];
            System.arraycopy(Tools.patchwork(1 << 18, 4), 0, expected, 1 << 20, 1 << 18);
            assertThat(all(client)).isEqualTo(expected);
            List<Extent> map = client.wholeBlockStatus(0, SIZE).getOrDefault(Protocol.BASE_ALLOCATION, List.of());
            assertThat(map.getFirst()).isEqualTo(new Extent(1 << 20, Extent.HOLE | Extent.ZERO));
            assertThat(map.get(1).zero()).isFalse();
            assertThat(map.stream().mapToLong(Extent::length).sum()).isEqualTo(SIZE);
        }
    }

    @Test
    void qemuTellsOfADirtyBitmap() throws Exception {
        Path file = folder.resolve("disk.qcow2");
        Tools.run("qemu-img", "create", "-f", "qcow2", file.toString(), "4M");
        Tools.run("qemu-img", "bitmap", "--add", "-g", "64k", file.toString(), "since");
        Tools.run("qemu-io", "-c", "write -P 7 1M 64k", "-c", "write -P 7 3M 128k", file.toString());
        String dirty = "qemu:dirty-bitmap:since";
        try (Tools.Running _ = Tools.serve(
                        socket(),
                        "qemu-nbd",
                        "-t",
                        "-r",
                        "-B",
                        "since",
                        "-k",
                        socket().toString(),
                        "-f",
                        "qcow2",
                        file.toString());
                NbdClient client = client().context(dirty).connect()) {
            assertThat(client.contexts()).containsExactlyInAnyOrder(Protocol.BASE_ALLOCATION, dirty);
            assertThat(client.writable()).isFalse();
            assertThat(client.wholeBlockStatus(0, SIZE).getOrDefault(dirty, List.of()))
                    .containsExactly(
                            new Extent(1 << 20, 0),
                            new Extent(1 << 16, 1),
                            new Extent((2 << 20) - (1 << 16), 0),
                            new Extent(1 << 17, 1),
                            new Extent((1 << 20) - (1 << 17), 0));
        }
    }

    @Test
    void theStorageDaemonOfQemuServesADisk() throws Exception {
        Path file = folder.resolve("raw");
        byte[] content = Tools.patchwork(SIZE, 5);
        Files.write(file, content);
        try (Tools.Running _ = Tools.serve(
                        socket(),
                        "qemu-storage-daemon",
                        "--blockdev",
                        "driver=file,node-name=disk,filename=" + file,
                        "--nbd-server",
                        "addr.type=unix,addr.path=" + socket() + ",max-connections=10",
                        "--export",
                        "type=nbd,id=e,node-name=disk,name=disk,writable=on,description=words");
                NbdConnections client = client().export("disk").connect(2)) {
            assertThat(all(client)).isEqualTo(content);
            client.write(0, ByteBuffer.wrap(new byte[4096]), true);
            assertThat(NbdClient.to(NbdAddress.unix(socket())).list())
                    .containsExactly(new NbdClient.Listed("disk", "words"));
        }
    }

    private Tools.Running nbdkit(String... arguments) throws IOException, InterruptedException {
        return Tools.serve(socket(), Tools.with(List.of("nbdkit", "-f", "-U", socket().toString()), arguments));
    }

    @Test
    void nbdkitServesMemoryPatternsAndFiles() throws Exception {
        try (Tools.Running _ = nbdkit("memory", "4M");
                NbdConnections client = client().connect(3)) {
            byte[] content = Tools.patchwork(SIZE, 6);
            client.write(0, ByteBuffer.wrap(content), false);
            client.writeZeroes(0, 1 << 17, true, false);
            client.flush();
            client.cache(0, SIZE);
            java.util.Arrays.fill(content, 0, 1 << 17, (byte) 0);
            assertThat(all(client)).isEqualTo(content);
            assertThat(client.wholeBlockStatus(0, SIZE).getOrDefault(Protocol.BASE_ALLOCATION, List.of()))
                    .anyMatch(Extent::zero)
                    .anyMatch(extent -> !extent.zero());
        }
        Files.deleteIfExists(socket());
        try (Tools.Running _ = nbdkit("pattern", "1M");
                NbdClient client = client().connect()) {
            ByteBuffer read = ByteBuffer.allocate(1 << 20);
            client.read(0, read);
            for (int at = 0; at < 1 << 20; at += 8) {
                assertThat(read.getLong(at)).isEqualTo(at);
            }
        }
        Files.deleteIfExists(socket());
        Path file = Files.write(folder.resolve("file"), Tools.patchwork(SIZE, 7));
        try (Tools.Running _ = nbdkit("--filter=noextents", "file", file.toString());
                NbdClient client = client().connect()) {
            assertThat(all(client)).isEqualTo(Files.readAllBytes(file));
            assertThat(client.wholeBlockStatus(0, SIZE).getOrDefault(Protocol.BASE_ALLOCATION, List.of()))
                    .containsExactly(new Extent(SIZE, 0));
        }
    }

    @Test
    void nbdkitWithoutStructuredRepliesIsReadAsWell() throws Exception {
        try (Tools.Running _ = nbdkit("--no-sr", "pattern", "1M");
                NbdClient client = client().connect()) {
            assertThat(client.structuredReplies()).isFalse();
            ByteBuffer read = ByteBuffer.allocate(1 << 20);
            client.read(0, read);
            assertThat(read.getLong(4096)).isEqualTo(4096);
        }
    }

    @Test
    void errorsOfNbdkitReachTheCaller() throws Exception {
        try (Tools.Running _ = nbdkit("--filter=error", "memory", "1M", "error-pread=ENOSPC", "error-pread-rate=100%");
                NbdClient client = client().connect()) {
            NbdException failure =
                    catchThrowableOfType(NbdException.class, () -> client.read(0, ByteBuffer.allocate(512)));
            assertThat(failure.errno()).isEqualTo(NbdException.ENOSPC);
            client.write(0, ByteBuffer.allocate(512), false);
        }
        Files.deleteIfExists(socket());
        try (Tools.Running _ = nbdkit("eval", "get_size=echo 1048576", "pread=echo EPERM none >&2; exit 1");
                NbdClient client = client().connect()) {
            assertThat(catchThrowableOfType(NbdException.class, () -> client.read(0, ByteBuffer.allocate(512)))
                            .errno())
                    .isEqualTo(NbdException.EPERM);
        }
    }

    @Test
    void aSlowServerIsGivenUpAndOneThatDiesIsNoticed() throws Exception {
        try (Tools.Running server = nbdkit("--filter=delay", "memory", "1M", "rdelay=5")) {
            try (NbdClient client =
                    client().replyTimeout(Duration.ofMillis(400)).connect()) {
                assertThat(catchThrowableOfType(NbdException.class, () -> client.read(0, ByteBuffer.allocate(512)))
                                .kind())
                        .isEqualTo(NbdException.Kind.TIMED_OUT);
            }
            try (NbdClient client = client().connect()) {
                CompletableFuture<Void> answer = client.readAsync(0, ByteBuffer.allocate(512));
                server.process().destroyForcibly();
                assertThatThrownBy(answer::join)
                        .cause()
                        .isInstanceOfSatisfying(
                                NbdException.class,
                                failure -> assertThat(failure.kind()).isEqualTo(NbdException.Kind.DISCONNECTED));
            }
        }
    }

    @Test
    void aGoodByeIsUnderstood() throws Exception {
        try (Tools.Running server = nbdkit("--filter=exitlast", "memory", "1M")) {
            client().connect().close();
            assertThat(server.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(server.process().exitValue()).isZero();
        }
    }

    @Test
    void theBlockSizesOfAServerAreKeptTo() throws Exception {
        try (Tools.Running _ = nbdkit(
                        "--filter=blocksize-policy",
                        "memory",
                        "1M",
                        "blocksize-minimum=512",
                        "blocksize-preferred=4096",
                        "blocksize-maximum=64k",
                        "blocksize-error-policy=error");
                NbdClient client = client().connect()) {
            assertThat(client.blockSizes()).isEqualTo(new BlockSizes(512, 4096, 1 << 16));
            byte[] content = Tools.patchwork(1 << 20, 8);
            client.write(0, ByteBuffer.wrap(content), false);
            assertThat(all(client)).isEqualTo(content);
            assertThat(catchThrowableOfType(NbdException.class, () -> client.read(1, ByteBuffer.allocate(512)))
                            .errno())
                    .isEqualTo(NbdException.EINVAL);
        }
    }
}
