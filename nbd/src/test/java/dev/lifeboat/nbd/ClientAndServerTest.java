package dev.lifeboat.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client and the server of this module, talking to each other. */
@Timeout(60)
class ClientAndServerTest {

    private static final int SIZE = 1 << 22;

    @TempDir
    static Path folder;

    private static Certificates certificates;
    private static Certificates strangers;

    @BeforeAll
    static void makeCertificates() throws IOException, InterruptedException {
        certificates = new Certificates(folder, "ours");
        strangers = new Certificates(folder, "strangers");
    }

    /** All ways for the two to talk. */
    enum Way {
        UNIX_SIMPLE,
        UNIX_STRUCTURED,
        UNIX_EXTENDED,
        TCP_STRUCTURED,
        TCP_EXTENDED,
        TLS_SIMPLE,
        TLS_EXTENDED,
        TLS_UNIX_STRUCTURED;

        NbdServer.Builder listen(NbdServer.Builder server) throws IOException, GeneralSecurityException {
            if (name().startsWith("TLS")) {
                server.tls(certificates.trusting(certificates), true);
            }
            return server.listen(
                    name().contains("UNIX")
                            ? NbdAddress.unix(folder.resolve(name() + ".sock"))
                            : NbdAddress.tcp("127.0.0.1", 0));
        }

        NbdClient.Builder client(NbdServer server) throws IOException, GeneralSecurityException {
            NbdClient.Builder client = NbdClient.to(server.address())
                    .context(Protocol.BASE_ALLOCATION)
                    .structuredReplies(!name().endsWith("SIMPLE"))
                    .extendedHeaders(name().endsWith("EXTENDED"));
            if (name().startsWith("TLS")) {
                client.tls(certificates.trusting(certificates), name().contains("UNIX") ? "" : "127.0.0.1");
            }
            return client;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRandomHistoryReadsAsAnArrayOfBytesWould(Way way) throws Exception {
        long seed = 20_261_121;
        RandomGenerator random = random(seed);
        MemoryExport export = new MemoryExport("disk", SIZE);
        byte[] model = new byte[SIZE];
        try (NbdServer server = way.listen(NbdServer.of(export)).start();
                NbdClient client = way.client(server).export("disk").connect()) {
            assertThat(client.extendedHeaders()).isEqualTo(way.name().endsWith("EXTENDED"));
            assertThat(client.structuredReplies()).isEqualTo(!way.name().endsWith("SIMPLE"));
            assertThat(client.size()).isEqualTo(SIZE);
            for (int step = 0; step < 400; step++) {
                int offset = random.nextInt(SIZE);
                int most = random.nextInt(10) == 0 ? SIZE : 20_000;
                int length = random.nextInt(1, Math.min(SIZE - offset, most) + 1);
                switch (random.nextInt(6)) {
                    case 0, 1 -> {
                        byte[] fresh = new byte[length];
                        random.nextBytes(fresh);
                        System.arraycopy(fresh, 0, model, offset, length);
                        client.write(offset, ByteBuffer.wrap(fresh), random.nextBoolean());
                    }
                    case 2 -> {
                        Arrays.fill(model, offset, offset + length, (byte) 0);
                        client.writeZeroes(offset, length, random.nextBoolean(), random.nextBoolean());
                    }
                    case 3 -> {
                        // This disk reads as zeroes where it was trimmed.
                        Arrays.fill(model, offset, offset + length, (byte) 0);
                        client.trim(offset, length, false);
                    }
                    case 4 -> {
                        client.cache(offset, length);
                        client.flush();
                    }
                    default -> {
                        ByteBuffer read =
                                random.nextBoolean() ? ByteBuffer.allocate(length) : ByteBuffer.allocateDirect(length);
                        client.read(offset, read);
                        assertThat(read.hasRemaining()).isFalse();
                        assertThat(read.flip())
                                .as("seed %d, step %d", seed, step)
                                .isEqualTo(ByteBuffer.wrap(model, offset, length));
                    }
                }
            }
            assertThat(export.content()).isEqualTo(model);
            if (client.structuredReplies()) {
                checkMap(client, model);
            } else {
                assertThat(client.contexts()).isEmpty();
                assertThatExceptionOfType(NbdException.class).isThrownBy(() -> client.blockStatus(0, 1));
            }
        }
    }

    private static void checkMap(NbdClient client, byte[] model) throws IOException {
        Map<String, List<Extent>> map = client.wholeBlockStatus(100, SIZE - 100);
        assertThat(map).containsOnlyKeys(Protocol.BASE_ALLOCATION);
        int at = 100;
        for (Extent extent : map.getOrDefault(Protocol.BASE_ALLOCATION, List.of())) {
            int end = at + (int) extent.length();
            if (extent.zero()) {
                assertThat(Arrays.equals(model, at, end, new byte[end - at], 0, end - at))
                        .as("zeroes at %d to %d", at, end)
                        .isTrue();
            }
            at = end;
        }
        assertThat(at).isEqualTo(SIZE);
    }

    @ParameterizedTest
    @EnumSource
    void manyThreadsReadAndWriteEachTheirOwnPart(Way way) throws Exception {
        MemoryExport export = new MemoryExport("disk", SIZE);
        int threads = 16;
        int part = SIZE / threads;
        try (NbdServer server = way.listen(NbdServer.of(export)).start();
                NbdConnections client = way.client(server).connect(3)) {
            assertThat(client.count()).isEqualTo(3);
            List<Thread> workers = new ArrayList<>();
            List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < threads; i++) {
                int number = i;
                workers.add(Thread.ofVirtual().start(() -> {
                    try {
                        RandomGenerator random = random(number);
                        byte[] mine = new byte[part];
                        for (int round = 0; round < 20; round++) {
                            random.nextBytes(mine);
                            client.write((long) number * part, ByteBuffer.wrap(mine), false);
                            ByteBuffer back = ByteBuffer.allocateDirect(part);
                            client.read((long) number * part, back);
                            assertThat(back.flip()).isEqualTo(ByteBuffer.wrap(mine));
                        }
                    } catch (IOException | AssertionError failure) {
                        failures.add(failure);
                    }
                }));
            }
            for (Thread worker : workers) {
                worker.join();
            }
            assertThat(failures).isEmpty();
        }
    }

    @Test
    void whatIsAskedForAsynchronouslyIsAnsweredWithoutHoldingUpTheAnswersToOthers() throws Exception {
        MemoryExport export = new MemoryExport("disk", SIZE);
        new java.util.SplittableRandom(5).nextBytes(export.content());
        try (NbdServer server = Way.UNIX_EXTENDED.listen(NbdServer.of(export)).start();
                NbdClient client =
                        Way.UNIX_EXTENDED.client(server).inFlight(4, 1 << 16).connect()) {
            ByteBuffer all = ByteBuffer.allocate(SIZE);
            CountDownLatch never = new CountDownLatch(1);
            Thread asking = Thread.currentThread();
            List<CompletableFuture<Void>> answers = new ArrayList<>();
            for (int at = 0; at < SIZE; at += 1 << 14) {
                CompletableFuture<Void> answer = client.readAsync(at, all.slice(at, 1 << 14));
                answers.add(answer);
                CompletableFuture<Void> _ = answer.thenRun(() -> {
                    if (Thread.currentThread().equals(asking)) {
                        // The answer was there before anything could be hung on it.
                        return;
                    }
                    try {
                        never.await();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
            for (CompletableFuture<Void> answer : answers) {
                answer.join();
            }
            never.countDown();
            assertThat(all.array()).isEqualTo(export.content());
            ByteBuffer half = all.slice(0, SIZE / 2);
            client.writeAsync(SIZE / 2, half, true).join();
            assertThat(half.position()).isZero();
            assertThat(Arrays.copyOfRange(export.content(), SIZE / 2, SIZE))
                    .isEqualTo(Arrays.copyOfRange(export.content(), 0, SIZE / 2));
            assertThat(export.flushes).hasValue(1);
        }
    }

    @Test
    void theExportsAreListedWithTheirDescriptions() throws Exception {
        try (NbdServer server = NbdServer.of(new MemoryExport("a", 512), new MemoryExport("ß", 1024))
                .listen(NbdAddress.unix(folder.resolve("list.sock")))
                .listen(NbdAddress.tcp("127.0.0.1", 0))
                .start()) {
            for (NbdAddress address : server.addresses()) {
                assertThat(NbdClient.to(address).list())
                        .containsExactly(
                                new NbdClient.Listed("a", "memory of a"), new NbdClient.Listed("ß", "memory of ß"));
            }
            try (NbdClient client = NbdClient.to(server.address()).export("ß").connect()) {
                assertThat(client.size()).isEqualTo(1024);
                assertThat(client.description()).isEqualTo("memory of ß");
            }
        }
        assertThat(folder.resolve("list.sock")).doesNotExist();
    }

    @Test
    void anExportThatIsNotThereIsRefused() throws Exception {
        try (NbdServer server = NbdServer.of(new MemoryExport("a", 512), new MemoryExport("b", 512))
                .listen(NbdAddress.tcp("127.0.0.1", 0))
                .start()) {
            assertThatExceptionOfType(NbdException.class)
                    .isThrownBy(() -> NbdClient.to(server.address()).export("c").connect())
                    .withMessageContaining("no such export")
                    .extracting(NbdException::kind)
                    .isEqualTo(NbdException.Kind.REFUSED);
            assertThatExceptionOfType(NbdException.class)
                    .isThrownBy(() -> NbdClient.to(server.address()).connect())
                    .withMessageContaining("no such export");
        }
    }

    @Test
    void whereNobodyListensTheConnectionIsSaidToFail() {
        assertThatExceptionOfType(NbdException.class)
                .isThrownBy(() ->
                        NbdClient.to(NbdAddress.unix(folder.resolve("nobody"))).connect())
                .extracting(NbdException::kind)
                .isEqualTo(NbdException.Kind.DISCONNECTED);
    }

    @Test
    void tlsIsDemandedFromThoseWhoComeWithoutItAndRefusedWhereThereIsNone() throws Exception {
        try (NbdServer secure = NbdServer.of(new MemoryExport("a", 512))
                        .listen(NbdAddress.tcp("127.0.0.1", 0))
                        .tls(certificates.trusting(certificates), false)
                        .start();
                NbdServer plain = NbdServer.of(new MemoryExport("a", 512))
                        .listen(NbdAddress.tcp("127.0.0.1", 0))
                        .start()) {
            assertThatThrownBy(() -> NbdClient.to(secure.address()).connect()).hasMessageContaining("demands TLS");
            assertThatThrownBy(() -> NbdClient.to(secure.address()).list()).hasMessageContaining("demands TLS");
            assertThatThrownBy(() -> NbdClient.to(plain.address())
                            .tls(certificates.trusting(certificates), "")
                            .connect())
                    .hasMessageContaining("does not talk TLS");
            try (NbdClient client = NbdClient.to(secure.address())
                    .tls(Certificates.anonymousTrusting(certificates), "localhost")
                    .connect()) {
                assertThat(client.size()).isEqualTo(512);
            }
        }
    }

    @Test
    void aCertificateMustBeTrustedAndMadeOutToTheRightName() throws Exception {
        try (NbdServer server = NbdServer.of(new MemoryExport("a", 512))
                .listen(NbdAddress.tcp("127.0.0.1", 0))
                .tls(certificates.trusting(certificates), true)
                .start()) {
            assertThatExceptionOfType(NbdException.class)
                    .as("a server that the client does not trust")
                    .isThrownBy(() -> NbdClient.to(server.address())
                            .tls(certificates.trusting(strangers), "")
                            .connect());
            assertThatExceptionOfType(NbdException.class)
                    .as("a name that the certificate does not have")
                    .isThrownBy(() -> NbdClient.to(server.address())
                            .tls(certificates.trusting(certificates), "elsewhere.example")
                            .connect());
            assertThatExceptionOfType(NbdException.class)
                    .as("a client that the server does not trust")
                    .isThrownBy(() -> NbdClient.to(server.address())
                            .tls(strangers.trusting(certificates), "")
                            .connect());
            assertThatExceptionOfType(NbdException.class)
                    .as("a client without a certificate")
                    .isThrownBy(() -> NbdClient.to(server.address())
                            .tls(Certificates.anonymousTrusting(certificates), "")
                            .connect());
        }
    }

    @Test
    void requestsThatTheExportDoesNotAllowFailAndTheConnectionLivesOn() throws Exception {
        MemoryExport export = new MemoryExport("a", 1 << 16, new BlockSizes(512, 4096, 1 << 14), false);
        try (NbdServer server = NbdServer.of(export)
                        .listen(NbdAddress.tcp("127.0.0.1", 0))
                        .start();
                NbdClient client = NbdClient.to(server.address())
                        .context(Protocol.BASE_ALLOCATION)
                        .connect()) {
            assertThat(client.blockSizes()).isEqualTo(new BlockSizes(512, 4096, 1 << 14));
            assertThat(client.writable()).isFalse();
            assertThat(errno(() -> client.write(0, ByteBuffer.allocate(512), false)))
                    .isEqualTo(NbdException.EPERM);
            assertThat(errno(() -> client.trim(0, 512, false))).isEqualTo(NbdException.ENOTSUP);
            assertThat(errno(() -> client.read(1, ByteBuffer.allocate(512)))).isEqualTo(NbdException.EINVAL);
            assertThat(errno(() -> client.read(0, ByteBuffer.allocate(513)))).isEqualTo(NbdException.EINVAL);
            assertThat(errno(() -> client.read(1 << 16, ByteBuffer.allocate(512))))
                    .isEqualTo(NbdException.EINVAL);
            assertThat(errno(() -> client.read(-512, ByteBuffer.allocate(512)))).isEqualTo(NbdException.EINVAL);
            assertThat(errno(() -> client.blockStatus(0, Long.MAX_VALUE))).isEqualTo(NbdException.EINVAL);
            // Longer than a request may be: it is split.
            client.read(0, ByteBuffer.allocate(1 << 16));
            assertThat(client.isOpen()).isTrue();
        }
    }

    @Test
    void whatAnExportThrowsReachesTheClient() throws Exception {
        NbdExport broken = new NbdExport() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public long size() {
                return 1 << 20;
            }

            @Override
            public void read(long offset, ByteBuffer into) throws IOException {
                if (offset == 0) {
                    throw new NbdException(NbdException.ENOMEM, "no room today");
                } else if (offset == 512) {
                    throw new IllegalStateException("a bug");
                } else if (offset == 1024) {
                    return;
                }
                throw new IOException("the disk is gone");
            }
        };
        for (boolean structured : List.of(true, false)) {
            try (NbdServer server = NbdServer.of(broken)
                            .listen(NbdAddress.tcp("127.0.0.1", 0))
                            .start();
                    NbdClient client = NbdClient.to(server.address())
                            .structuredReplies(structured)
                            .connect()) {
                ByteBuffer into = ByteBuffer.allocate(512);
                assertThat(errno(() -> client.read(0, into))).isEqualTo(NbdException.ENOMEM);
                assertThat(errno(() -> client.read(512, into))).isEqualTo(NbdException.EIO);
                assertThat(errno(() -> client.read(1024, into))).isEqualTo(NbdException.EIO);
                assertThat(errno(() -> client.read(2048, into))).isEqualTo(NbdException.EIO);
                assertThat(into.position()).isZero();
                if (structured) {
                    assertThatThrownBy(() -> client.read(0, into)).hasMessageContaining("no room today");
                }
            }
        }
    }

    @Test
    void aServerThatClosesAnswersWhatIsUnderWayAndThenAllFails() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        SlowExport slow = new SlowExport(reading, go);
        NbdServer server =
                NbdServer.of(slow).listen(NbdAddress.tcp("127.0.0.1", 0)).start();
        try (NbdClient client = NbdClient.to(server.address()).connect()) {
            CompletableFuture<Void> answer = client.readAsync(0, ByteBuffer.allocate(512));
            reading.await();
            Thread closing = Thread.ofVirtual().start(server::close);
            go.countDown();
            answer.join();
            closing.join();
            assertThat(server.connections()).isZero();
            assertThatExceptionOfType(NbdException.class)
                    .isThrownBy(() -> client.read(0, ByteBuffer.allocate(512)))
                    .extracting(NbdException::kind)
                    .isEqualTo(NbdException.Kind.DISCONNECTED);
        }
    }

    @Test
    void anExportThatNeverReturnsHoldsUpNeitherOthersNorTheEndForLong() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (NbdServer server = NbdServer.of(new SlowExport(reading, go))
                        .listen(NbdAddress.tcp("127.0.0.1", 0))
                        .limits(ServerLimits.DEFAULT.withTimes(
                                Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(300)))
                        .start();
                NbdClient client = NbdClient.to(server.address()).connect()) {
            CompletableFuture<Void> stuck = client.readAsync(0, ByteBuffer.allocate(512));
            reading.await();
            client.read(512, ByteBuffer.allocate(512));
            Thread.ofVirtual().start(server::close).join();
            assertThatThrownBy(stuck::join).hasCauseInstanceOf(NbdException.class);
            go.countDown();
        }
    }

    @Test
    void aClientThatIsClosedFailsWhatIsUnderWay() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (NbdServer server = NbdServer.of(new SlowExport(reading, go))
                .listen(NbdAddress.tcp("127.0.0.1", 0))
                .start()) {
            NbdClient client = NbdClient.to(server.address()).connect();
            CompletableFuture<Void> stuck = client.readAsync(0, ByteBuffer.allocate(512));
            reading.await();
            client.close();
            client.close();
            assertThatThrownBy(stuck::join)
                    .cause()
                    .isInstanceOfSatisfying(
                            NbdException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(NbdException.Kind.CLOSED));
            assertThat(errno(() -> client.read(0, ByteBuffer.allocate(1)))).isEqualTo(NbdException.ESHUTDOWN);
            go.countDown();
        }
    }

    @Test
    void zeroesAreNotSentWhereTheExportKnowsThem() throws Exception {
        MemoryExport export = new MemoryExport("a", SIZE);
        Arrays.fill(export.content(), 100_000, 200_000, (byte) 7);
        try (NbdServer server = NbdServer.of(export)
                        .listen(NbdAddress.tcp("127.0.0.1", 0))
                        .start();
                NbdClient client = NbdClient.to(server.address()).connect()) {
            ByteBuffer dirty = ByteBuffer.allocate(SIZE);
            Arrays.fill(dirty.array(), (byte) 1);
            client.read(0, dirty);
            assertThat(dirty.array()).isEqualTo(export.content());
            assertThat(export.statusQuestions.get()).isPositive();
        }
    }

    private static int errno(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        Throwable failure = org.assertj.core.api.Assertions.catchThrowable(call);
        assertThat(failure).isInstanceOf(NbdException.class);
        return ((NbdException) failure).errno();
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /** Reads of its first block wait. */
    private record SlowExport(CountDownLatch reading, CountDownLatch go) implements NbdExport {

        @Override
        public String name() {
            return "slow";
        }

        @Override
        public long size() {
            return 1 << 16;
        }

        @Override
        public void read(long offset, ByteBuffer into) throws IOException {
            if (offset == 0) {
                reading.countDown();
                try {
                    go.await();
                } catch (InterruptedException failure) {
                    throw new IOException(failure);
                }
            }
            into.position(into.limit());
        }
    }
}
