package dev.lifeboat.recovery.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.nbd.NbdClient;
import dev.lifeboat.nbd.NbdException;
import dev.lifeboat.recovery.overlay.Overlay;
import dev.lifeboat.recovery.relay.RunningRelay;
import dev.lifeboat.vault.pack.Block;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies between a guest and its point: overlay, relay, export. */
class GuestPathTest {

    @TempDir
    private Path temporary;

    private ExportFixture web;

    @BeforeEach
    void make() throws Exception {
        web = new ExportFixture(temporary);
    }

    @AfterEach
    void end() throws Exception {
        if (web != null) {
            web.end();
        }
    }

    @Test
    void aRelayServesAllDisksAndHasNoRights() throws Exception {
        web.start();
        RunningRelay relay = web.relay();

        Path copy = temporary.resolve("copy");
        web.tool("nbdcopy", relay.uri("vda"), copy.toString());
        web.assertCopied(copy, web.vda);
        Path converted = temporary.resolve("converted");
        web.tool("qemu-img", "convert", "-f", "raw", "-O", "raw", relay.uri("vdb"), converted.toString());
        web.assertCopied(converted, web.vdb);
        assertThat(Program.of("qemu-io", "-f", "raw", "-c", "write 0 512", relay.uri("vdb"))
                        .run()
                        .succeeded())
                .isFalse();
        String status = Files.readString(
                Path.of("/proc", Long.toString(relay.processId().orElseThrow()), "status"));
        assertThat(status).containsPattern("CapEff:\\s+0{16}\\n").containsPattern("NoNewPrivs:\\s+1\\n");
    }

    /**
     * nbdkit asks the kernel to end it with its parent, and an agent that is killed must not take guests' disks along.
     */
    @Test
    void aRelayIsNotAChildOfWhoStartedIt() throws Exception {
        web.start();
        long relay = web.relay().processId().orElseThrow();

        assertThat(ProcessHandle.of(relay).flatMap(ProcessHandle::parent))
                .isNotEqualTo(Optional.of(ProcessHandle.current()));
    }

    @Test
    void aRelayIsFoundAgainAndEnded() throws Exception {
        web.start();
        RunningRelay relay = web.relay();
        long id = relay.processId().orElseThrow();
        assertThat(web.relay().processId()).contains(id);

        ProcessHandle process = ProcessHandle.of(id).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
        RunningRelay next = web.relay();
        assertThat(next.processId().orElseThrow()).isNotEqualTo(id);

        next.end();
        assertThat(next.processId()).isEmpty();
        assertThat(next.socket()).doesNotExist();
    }

    /** Reads at random through the relay until it is told to end, and compares. */
    private CompletableFuture<Integer> readAtRandom(NbdClient client, AtomicBoolean enough, AtomicInteger reads) {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            Random random = new Random(5);
            try {
                while (!enough.get()) {
                    int length = 512 * (1 + random.nextInt(256));
                    long offset = 512L * random.nextInt((int) ((ExportFixture.SIZE - length) / 512));
                    assertThat(ExportFixture.read(client, offset, length)).isEqualTo(web.vda.bytes(offset, length));
                    reads.incrementAndGet();
                }
                result.complete(reads.get());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private void awaitMore(AtomicInteger reads, CompletableFuture<Integer> reading) throws InterruptedException {
        int before = reads.get();
        assertThat(web.time.await(
                        ExportFixture.LIMIT,
                        ExportFixture.LOOK_AGAIN,
                        () -> reads.get() > before + 20 || reading.isDone()))
                .isTrue();
    }

    @Test
    void anExportThatIsKilledAndStartedAgainIsNotNoticed() throws Exception {
        web.start();
        RunningRelay relay = web.relay();
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger reads = new AtomicInteger();
        try (NbdClient client = web.client(relay.socket(), "vda")) {
            CompletableFuture<Integer> reading = readAtRandom(client, enough, reads);
            for (int i = 0; i < 2; i++) {
                awaitMore(reads, reading);
                web.kill();
                web.start();
            }
            awaitMore(reads, reading);
            enough.set(true);
            assertThat(reading.get()).isGreaterThan(60);
        }
    }

    @Test
    void aStoreThatIsAwayForAWhileIsNotNoticed() throws Exception {
        web.start();
        RunningRelay relay = web.relay();
        try (NbdClient client = web.client(relay.socket(), "vda")) {
            assertThat(ExportFixture.read(client, 0, 4096)).isEqualTo(web.vda.bytes(0, 4096));
            Files.createFile(web.hang());
            CompletableFuture<byte[]> read = new CompletableFuture<>();
            Thread.ofPlatform().start(() -> {
                try {
                    read.complete(ExportFixture.read(client, 8L << 20, 4096));
                } catch (Exception e) {
                    read.completeExceptionally(e);
                }
            });
            web.time.pause(Duration.ofSeconds(12));
            assertThat(read).isNotDone();
            Files.delete(web.hang());
            assertThat(read.get()).isEqualTo(web.vda.bytes(8L << 20, 4096));
        }
    }

    @Test
    void anExportThatStaysAwayGivesAnErrorInTimeAndIsReachedOnceItIsBack() throws Exception {
        web.start();
        RunningRelay relay = web.relay();
        try (NbdClient client = web.client(relay.socket(), "vda")) {
            web.kill();
            Duration begin = web.time.elapsed();
            assertThatExceptionOfType(NbdException.class)
                    .isThrownBy(() -> ExportFixture.read(client, 0, 4096))
                    .matches(e -> e.kind() == NbdException.Kind.REQUEST_FAILED);
            // Drivers in guests wait 30 s.
            assertThat(web.time.elapsed().minus(begin)).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(25));

            web.start();
            assertThat(ExportFixture.read(client, 0, 4096)).isEqualTo(web.vda.bytes(0, 4096));
        }
    }

    @Test
    void anOverlayTakesWritesAndIsLeftAsItIsWhenItIsThere() throws Exception {
        web.start();
        RunningRelay relay = web.relay();
        Overlay overlay = new Overlay(temporary.resolve("web-vda.qcow2"), relay.uri("vda"), ExportFixture.SIZE);
        Files.writeString(temporary.resolve("web-vda.qcow2.unfinished"), "of one that was killed");

        assertThat(overlay.make(web.account)).isTrue();
        assertThat(temporary.resolve("web-vda.qcow2.unfinished")).doesNotExist();
        web.tool(
                "qemu-io",
                "-f",
                "qcow2",
                "-c",
                "write -P 0x5a 1M 64k",
                overlay.image().toString());
        assertThat(overlay.make(web.account)).isFalse();

        Path converted = temporary.resolve("converted");
        web.tool(
                "qemu-img",
                "convert",
                "-f",
                "qcow2",
                "-O",
                "raw",
                overlay.image().toString(),
                converted.toString());
        byte[] whole = Files.readAllBytes(converted);
        assertThat((long) whole.length).isEqualTo(ExportFixture.SIZE);
        byte[] expected = web.vda.bytes(0, (int) ExportFixture.SIZE);
        Arrays.fill(expected, 1 << 20, (1 << 20) + Block.SIZE, (byte) 0x5a);
        assertThat(whole).isEqualTo(expected);
        ProgramRun map =
                web.tool("qemu-img", "map", "--output=json", overlay.image().toString());
        assertThat(map.output().lines().filter(line -> line.contains("\"depth\": 0")))
                .hasSize(1);
    }

    @Test
    void anotherImageInTheOverlaysPlaceIsRefused() throws Exception {
        Path image = temporary.resolve("web-vda.qcow2");
        web.tool("qemu-img", "create", "-q", "-f", "qcow2", image.toString(), "1M");
        byte[] before = Files.readAllBytes(image);
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(
                        () -> new Overlay(image, "nbd+unix:///vda?socket=/nonexistent", 1 << 20).make(Optional.empty()))
                .matches(e -> e.code() == ErrorCode.RECOVERY_OVERLAY_FOREIGN);
        assertThat(image).hasBinaryContent(before);
    }

    @Test
    void anOddSizeIsRoundedUpToSectors() throws Exception {
        Overlay overlay = new Overlay(temporary.resolve("odd.qcow2"), "nbd+unix:///vda?socket=/nonexistent", 1000);
        assertThat(overlay.make(Optional.empty())).isTrue();
        assertThat(overlay.make(Optional.empty())).isFalse();
    }
}
