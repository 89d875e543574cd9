package dev.lifeboat.recovery.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.nbd.NbdClient;
import dev.lifeboat.nbd.NbdException;
import dev.lifeboat.vault.key.PointKeys;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.key.SessionKey;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.point.PointId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Exports, as processes of their own. */
class ExportTest {

    /** What an answer may take beyond its limit on a computer that does much else. */
    private static final Duration BUSY = Duration.ofSeconds(10);

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

    private Duration taken(IoWork work) throws IOException {
        Duration begin = web.time.elapsed();
        work.run();
        return web.time.elapsed().minus(begin);
    }

    @FunctionalInterface
    private interface IoWork {
        void run() throws IOException;
    }

    private static void assertIoError(IoWork read) {
        assertThatExceptionOfType(NbdException.class)
                .isThrownBy(read::run)
                .matches(e -> e.errno() == NbdException.EIO, "EIO")
                .matches(e -> e.kind() == NbdException.Kind.REQUEST_FAILED);
    }

    private void assertNotStarted(ExportOrder order, ErrorCode why) {
        try (order) {
            assertThatExceptionOfType(LifeboatException.class)
                    .isThrownBy(() -> web.starter.start(order, web.files))
                    .matches(e -> e.code() == ErrorCode.RECOVERY_EXPORT_NOT_STARTED)
                    .withMessageContaining(why.code());
        }
        assertThat(web.starter.find(web.files, "web")).isEmpty();
    }

    @Test
    void everyDiskIsServedAsItWasAndReadOnly() throws Exception {
        RunningExport export = web.start();

        JsonNode exports = JsonMapper.shared()
                .readTree(web.tool("nbdinfo", "--list", "--json", web.uri("")).output())
                .path("exports");
        assertThat(exports)
                .extracting(one -> one.path("export-name").asString())
                .containsExactly("vda", "vdb");
        assertThat(exports.path(0).path("export-size").asLong()).isEqualTo(ExportFixture.SIZE);
        assertThat(exports.path(0).path("is_read_only").asBoolean()).isTrue();
        assertThat(exports.path(0).path("can_multi_conn").asBoolean()).isTrue();
        assertThat(exports.path(0).path("can_cache").asBoolean()).isTrue();

        Path copy = temporary.resolve("copy");
        web.tool("nbdcopy", "--connections=4", "--requests=16", web.uri("vda"), copy.toString());
        web.assertCopied(copy, web.vda);
        Path other = temporary.resolve("other");
        web.tool("nbdcopy", web.uri("vdb"), other.toString());
        web.assertCopied(other, web.vdb);

        String map = web.tool("nbdinfo", "--map", web.uri("vdb")).output();
        assertThat(map.lines()).hasSize(1).allMatch(line -> line.contains("data"));
        assertThat(web.tool("nbdinfo", "--map", web.uri("vda")).output().lines().filter(line -> line.contains("hole")))
                .hasSize(6);

        ExportStatus status = export.status();
        assertThat(status.machine()).isEqualTo("web");
        assertThat(status.point()).isEqualTo(web.point.id());
        assertThat(status.processId()).isEqualTo(export.processId().orElseThrow());
        assertThat(status.bytesRead()).isPositive();
        assertThat(status.bytesFetched()).isPositive();
        assertThat(status.failures()).isZero();
        assertThat(status.storeSilent()).isFalse();
    }

    @Test
    void itIsFoundAgainAndEndedByItsProcess() throws Exception {
        long id = web.start().processId().orElseThrow();

        RunningExport found = web.starter.find(web.files, "web").orElseThrow();
        assertThat(found.processId()).contains(id);
        assertThat(found.status().processId()).isEqualTo(id);

        found.end();
        // It is a child of this process, and stays in its table until it has been waited for.
        Optional<ProcessHandle> ended = ProcessHandle.of(id);
        if (ended.isPresent()) {
            ended.get().onExit().get(1, TimeUnit.MINUTES);
        }
        assertThat(web.files.socket()).doesNotExist();
        assertThat(web.files.control()).doesNotExist();
        assertThat(web.starter.find(web.files, "web")).isEmpty();
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(found::status)
                .matches(e -> e.code() == ErrorCode.RECOVERY_EXPORT_SILENT);
        found.end();
    }

    @Test
    void itIsInASessionOfItsOwn() throws Exception {
        RunningExport export = web.start();
        String[] stat = Files.readString(
                        Path.of("/proc", Long.toString(export.processId().orElseThrow()), "stat"))
                .replaceFirst("^.*\\) ", "")
                .split(" ", -1);
        // Behind the name: state, parent, group, session.
        assertThat(stat[3]).isEqualTo(Long.toString(export.processId().orElseThrow()));
        assertThat(stat[2]).isEqualTo(stat[3]);
    }

    @Test
    void aSecondOneIsRefusedAndTheFirstGoesOn() throws Exception {
        RunningExport first = web.start();
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(web::start)
                .matches(e -> e.code() == ErrorCode.RECOVERY_EXPORT_RUNNING);
        assertThat(first.status().failures()).isZero();
    }

    @Test
    void whatAKilledOneLeftBehindIsReplaced() throws Exception {
        web.start();
        web.kill();
        assertThat(web.files.socket()).exists();

        web.start();
        try (NbdClient client = web.client(web.files.socket(), "vdb")) {
            assertThat(ExportFixture.read(client, 4096, 8192)).isEqualTo(web.vdb.bytes(4096, 8192));
        }
    }

    @Test
    void aFileInThePlaceOfTheSocketIsLeftAlone() throws Exception {
        Files.writeString(web.files.socket(), "somebody's");
        assertNotStarted(web.order(BootTrace.NONE), ErrorCode.NBD_SOCKET_UNUSABLE);
        assertThat(web.files.socket()).hasContent("somebody's");
    }

    @Test
    void keysAreNowhereButInItsMemory() throws Exception {
        List<byte[]> secrets = new ArrayList<>();
        try (ExportOrder order = web.order(BootTrace.NONE)) {
            ByteBuffer keys = ByteBuffer.allocate(order.keys().encodedBytes());
            order.keys().encode(keys);
            // Vault, issuer, tree key, fingerprint key, count, then sessions with their keys.
            secrets.add(HexFormat.of().parseHex(HexFormat.of().formatHex(keys.array(), 48, 80)));
            secrets.add(HexFormat.of().parseHex(HexFormat.of().formatHex(keys.array(), 80, 112)));
            for (int at = 116; at < keys.capacity(); at += 40) {
                secrets.add(HexFormat.of().parseHex(HexFormat.of().formatHex(keys.array(), at + 8, at + 40)));
            }
        }
        assertThat(secrets).hasSize(2 + web.point.manifest().sessions().size());

        RunningExport export = web.start();
        web.tool("nbdcopy", web.uri("vda"), "null:");
        Path process = Path.of("/proc", Long.toString(export.processId().orElseThrow()));
        List<Path> places = new ArrayList<>(List.of(process.resolve("cmdline"), process.resolve("environ")));
        try (Stream<Path> below = Files.walk(web.folder)) {
            below.filter(Files::isRegularFile).forEach(places::add);
        }
        assertThat(places).hasSizeGreaterThan(3);
        for (Path place : places) {
            String content = new String(Files.readAllBytes(place), StandardCharsets.ISO_8859_1);
            for (byte[] secret : secrets) {
                assertThat(content)
                        .as(place.toString())
                        .doesNotContain(new String(secret, StandardCharsets.ISO_8859_1))
                        .doesNotContainIgnoringCase(HexFormat.of().formatHex(secret))
                        .doesNotContain(Base64.getEncoder().withoutPadding().encodeToString(secret));
            }
        }
        assertThat(Files.readString(process.resolve("environ")).split("\0")).hasSizeLessThanOrEqualTo(3);
        assertThat(Files.readString(process.resolve("limits"))).containsPattern("Max core file size\\s+0\\s+0");
        assertThat(export.status().undumpable()).isTrue();
    }

    @Test
    void anotherSessionsKeyGivesErrorsAndNeverOtherBytes() throws Exception {
        ExportOrder right = web.order(BootTrace.NONE);
        Map<SessionId, SessionKey> wrong = new HashMap<>();
        web.point.manifest().sessions().forEach(one -> wrong.put(one.session(), SessionKey.generate(new Random(3))));
        try (ExportOrder order = with(right, PointKeys.copyOf(right.keys().anchor(), wrong), right.point())) {
            web.starter.start(order, web.files);
        }
        try (NbdClient client = web.client(web.files.socket(), "vda")) {
            assertIoError(() -> ExportFixture.read(client, 0, Block.SIZE));
        }
    }

    @Test
    void aMissingKeyShowsBeforeAnythingIsServed() {
        ExportOrder right = web.order(BootTrace.NONE);
        assertNotStarted(
                with(right, PointKeys.copyOf(right.keys().anchor(), Map.of()), right.point()),
                ErrorCode.VAULT_KEY_REQUIRED);
    }

    @Test
    void aPointThatIsNotThereIsNamed() {
        ExportOrder right = web.order(BootTrace.NONE);
        assertNotStarted(with(right, right.keys(), PointId.parse("web@1-9")), ErrorCode.VAULT_POINT_UNKNOWN);
    }

    @Test
    void aStoreThatIsNotThereIsNamed() {
        ExportOrder right = web.order(BootTrace.NONE);
        ExportOrder elsewhere = new ExportOrder(
                "file:///nonexistent/vault",
                right.keys(),
                right.point(),
                right.machine(),
                right.account(),
                right.cacheFolder(),
                right.cacheSize(),
                right.trace());
        assertNotStarted(elsewhere, ErrorCode.VAULT_NOT_FOUND);
    }

    private static ExportOrder with(ExportOrder order, PointKeys keys, PointId point) {
        return new ExportOrder(
                order.vault(),
                keys,
                point,
                order.machine(),
                order.account(),
                order.cacheFolder(),
                order.cacheSize(),
                order.trace());
    }

    @Test
    void aStoreThatDoesNotAnswerGivesAnErrorInTimeAndTheNextReadTriesAgain() throws Exception {
        RunningExport export = web.start();
        try (NbdClient client = web.client(web.files.socket(), "vda")) {
            assertThat(ExportFixture.read(client, 0, 4096)).isEqualTo(web.vda.bytes(0, 4096));
            Files.createFile(web.hang());

            Duration first = taken(() -> assertIoError(() -> ExportFixture.read(client, 8L << 20, 4096)));
            assertThat(first).isBetween(ServingExport.READ_LIMIT.minusMillis(100), ServingExport.READ_LIMIT.plus(BUSY));
            assertThat(export.status().storeSilent()).isTrue();
            // As many as a guest has under way, and a long one: none waits for the one before it.
            Duration next = taken(() -> assertIoError(() -> ExportFixture.read(client, 12L << 20, 8 << 20)));
            assertThat(next).isLessThan(ServingExport.SILENT_READ_LIMIT.plus(BUSY));
            assertThat(export.storeAnswers()).isFalse();

            Files.delete(web.hang());
            // Nobody reads, as while the guest stands still; it is seen all the same that it could.
            assertThat(web.time.await(ExportFixture.LIMIT, ExportFixture.LOOK_AGAIN, export::storeAnswers))
                    .isTrue();
            assertThat(web.time.await(
                            ExportFixture.LIMIT,
                            ExportFixture.LOOK_AGAIN,
                            () -> !export.status().storeSilent()))
                    .isTrue();
            assertThat(ExportFixture.read(client, 8L << 20, 4096)).isEqualTo(web.vda.bytes(8L << 20, 4096));
            assertThat(export.status().failures()).isEqualTo(2);
        }
    }

    @Test
    void aVaultThatIsMovedAwayGivesErrorsUntilItIsBack() throws Exception {
        RunningExport export = web.start();
        Path away = web.vault.folder.resolveSibling("away");
        try (NbdClient client = web.client(web.files.socket(), "vda")) {
            Files.move(web.vault.folder, away);
            Duration failed = taken(() -> assertIoError(() -> ExportFixture.read(client, 8L << 20, 4096)));
            assertThat(failed).isLessThan(ServingExport.READ_LIMIT.plus(BUSY));
            assertThat(export.storeAnswers()).isFalse();
            Files.move(away, web.vault.folder);
            assertThat(export.storeAnswers()).isTrue();
            assertThat(ExportFixture.read(client, 8L << 20, 4096)).isEqualTo(web.vda.bytes(8L << 20, 4096));
        }
    }

    @Test
    void whatABootReadsIsNotedAndFetchedFirstTheNextTime() throws Exception {
        RunningExport first = web.start();
        try (NbdClient vda = web.client(web.files.socket(), "vda");
                NbdClient vdb = web.client(web.files.socket(), "vdb")) {
            ExportFixture.read(vda, 9L << 20, 4096);
            ExportFixture.read(vdb, 0, 2 * Block.SIZE);
            ExportFixture.read(vda, 1L << 20, Block.SIZE);
            ExportFixture.read(vda, 9L << 20, 512);
            first.bootIsOver();
            ExportFixture.read(vda, 20L << 20, 4096);
        }
        BootTrace trace = first.trace();
        assertThat(trace.runs())
                .containsExactly(
                        new BootTrace.Run("vda", 9 * 16, 1),
                        new BootTrace.Run("vdb", 0, 2),
                        new BootTrace.Run("vda", 16, 1));
        assertThat(first.status().bootOver()).isTrue();
        first.end();

        RunningExport second = web.start(trace);
        assertThat(web.time.await(
                        ExportFixture.LIMIT,
                        ExportFixture.LOOK_AGAIN,
                        () -> second.status().tracePiecesDone()
                                == second.status().tracePieces()))
                .isTrue();
        assertThat(second.status().tracePieces()).isEqualTo(3);
        Files.createFile(web.hang());
        try (NbdClient vda = web.client(web.files.socket(), "vda");
                NbdClient vdb = web.client(web.files.socket(), "vdb")) {
            assertThat(ExportFixture.read(vda, 9L << 20, 4096)).isEqualTo(web.vda.bytes(9L << 20, 4096));
            assertThat(ExportFixture.read(vdb, 0, 2 * Block.SIZE)).isEqualTo(web.vdb.bytes(0, 2 * Block.SIZE));
            assertThat(ExportFixture.read(vda, 1L << 20, Block.SIZE)).isEqualTo(web.vda.bytes(1L << 20, Block.SIZE));
        }
        assertThat(second.status().bytesRead()).isEqualTo(4096 + 3 * Block.SIZE);
    }

    @Test
    void itsMemoryIsBoundedWhateverIsRead() throws Exception {
        long size = 192L << 20;
        web.big("big", new MadeDisk(7, size));
        try (ExportOrder order = web.order(BootTrace.NONE)) {
            RunningExport export = web.starter.start(order, web.files);
            for (int i = 0; i < 2; i++) {
                web.tool("nbdcopy", "--connections=4", "--requests=32", web.uri("big"), "null:");
            }
            assertThat(export.status().bytesRead()).isGreaterThan(size);
            String status = Files.readString(
                    Path.of("/proc", Long.toString(export.processId().orElseThrow()), "status"));
            Matcher most = Pattern.compile("VmHWM:\\s+([0-9]+) kB").matcher(status);
            assertThat(most.find()).isTrue();
            assertThat(Long.parseLong(most.group(1)) << 10).isLessThan(256L << 20);
        }
    }

    @Test
    void aTraceOfAnotherMachineDoesNoHarm() throws Exception {
        RunningExport export = web.start(new BootTrace(List.of(
                new BootTrace.Run("vdz", 0, 5),
                new BootTrace.Run("vda", 1L << 50, 5),
                new BootTrace.Run("vda", 2, 1))));
        assertThat(web.time.await(
                        ExportFixture.LIMIT,
                        ExportFixture.LOOK_AGAIN,
                        () -> export.status().tracePiecesDone() == 1))
                .isTrue();
        assertThat(export.status().tracePieces()).isEqualTo(1);
    }
}
