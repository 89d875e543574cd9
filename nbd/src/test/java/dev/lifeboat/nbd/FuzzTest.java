package dev.lifeboat.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Conversations that are nearly right, in both directions. The seed of a run is fixed; each conversation has a seed of
 * its own that follows from it, and that a failure names.
 */
class FuzzTest {

    private static final long SEED = 20_261_121;
    private static final Duration SHORT = Duration.ofSeconds(3);
    private static final Duration LONG = Duration.ofSeconds(Long.getLong("lifeboat.fuzz.seconds", 300));
    private static final long MAX_HEAP_GROWTH_BYTES = 64L << 20;
    private static final int[] TELLING = {0, 1, -1, 7, 511, 512, 4096, 1 << 16, 1 << 25, Integer.MAX_VALUE, 1 << 31};

    @TempDir
    Path folder;

    @Test
    void aServerOutlivesClientsThatAreNearlyRight() throws Exception {
        fuzzServer(SHORT);
    }

    @Test
    void aClientOutlivesServersThatAreNearlyRight() throws Exception {
        fuzzClient(SHORT);
    }

    @Test
    @Tag("long")
    void aServerOutlivesClientsThatAreNearlyRightForLong() throws Exception {
        fuzzServer(LONG);
    }

    @Test
    @Tag("long")
    void aClientOutlivesServersThatAreNearlyRightForLong() throws Exception {
        fuzzClient(LONG);
    }

    private void fuzzServer(Duration time) throws Exception {
        long heap = usedHeap();
        MemoryExport export = new MemoryExport("", 1 << 16);
        ServerLimits limits = ServerLimits.DEFAULT
                .withTimes(Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofSeconds(5))
                .withBytes(1 << 16, 1 << 20, 1 << 22);
        try (NbdServer server = NbdServer.of(export)
                .listen(NbdAddress.tcp("127.0.0.1", 0))
                .limits(limits)
                .start()) {
            byte[] honest = conversation(false);
            byte[] wide = conversation(true);
            long deadline = System.nanoTime() + time.toNanos();
            long seed = SEED;
            for (; System.nanoTime() < deadline; seed++) {
                RandomGenerator random = random(seed);
                byte[] said = mutated(random.nextInt(3) == 0 ? wide : honest, random);
                try (RawPeer peer = new RawPeer(server.address())) {
                    peer.out.write(said);
                    if (random.nextInt(20) == 0) {
                        peer.awaitEnd();
                    } else if (random.nextBoolean()) {
                        peer.in.readNBytes(random.nextInt(64));
                    }
                } catch (IOException _) {
                    // The server may hang up at any time.
                }
                if (seed % 200 == 0) {
                    serves(server, seed);
                }
            }
            for (int i = 0; i < 1000 && server.connections() > 0; i++) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            assertThat(server.connections()).isZero();
            serves(server, seed);
            assertThat(directBytes()).isLessThan(limits.totalBytes() + MAX_HEAP_GROWTH_BYTES);
        }
        nothingIsLeft(heap);
    }

    private static void serves(NbdServer server, long seed) throws IOException, InterruptedException {
        for (int attempt = 0; ; attempt++) {
            try (NbdClient client = NbdClient.to(server.address()).connect()) {
                byte[] fresh = new byte[1 << 16];
                random(seed).nextBytes(fresh);
                client.write(0, ByteBuffer.wrap(fresh), true);
                ByteBuffer back = ByteBuffer.allocate(1 << 16);
                client.read(0, back);
                return;
            } catch (NbdException failure) {
                // All places may be taken by those who have not been dropped yet.
                if (attempt > 20) {
                    throw failure;
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    private void fuzzClient(Duration time) throws Exception {
        long heap = usedHeap();
        long[] seed = {SEED};
        try (ScriptedServer server = new ScriptedServer((in, out) -> {
            // Each part is said when the client has said something, as in a real conversation.
            RandomGenerator random = random(seed[0]);
            byte[] buffer = new byte[1 << 14];
            int wrong = random.nextInt(REPLIES.size());
            for (int i = 0; i < REPLIES.size(); i++) {
                if (i > 0 && in.read(buffer) < 0) {
                    break;
                }
                out.write(i == wrong || random.nextInt(8) == 0 ? mutated(REPLIES.get(i), random) : REPLIES.get(i));
            }
            throw new IOException("enough");
        })) {
            long deadline = System.nanoTime() + time.toNanos();
            for (; System.nanoTime() < deadline; seed[0]++) {
                NbdClient.Builder builder = NbdClient.to(server.address())
                        .context(Protocol.BASE_ALLOCATION)
                        .connectTimeout(Duration.ofMillis(500))
                        .replyTimeout(Duration.ofMillis(500));
                try (NbdClient client = builder.connect()) {
                    client.read(4096, ByteBuffer.allocate(1024));
                    client.blockStatus(4096, 1024);
                    client.write(0, ByteBuffer.allocate(512), false);
                } catch (NbdException _) {
                    // Any failure is fine that has a kind; anything else is not.
                }
            }
        }
        nothingIsLeft(heap);
    }

    private static final List<byte[]> REPLIES = List.of(
            ScriptedServer.greeting(),
            ScriptedServer.reply(Protocol.OPT_EXTENDED_HEADERS, Protocol.REP_ERR_UNSUP, new byte[0]),
            ScriptedServer.reply(Protocol.OPT_STRUCTURED_REPLY, Protocol.REP_ACK, new byte[0]),
            ScriptedServer.context(),
            ScriptedServer.go(),
            ScriptedServer.join(ScriptedServer.content(false, 1, 4096, 600), ScriptedServer.hole(true, 1, 4696, 424)),
            ScriptedServer.extents(true, 2, ScriptedServer.CONTEXT, 512, 0, 512, 3),
            ScriptedServer.chunk(true, Protocol.REPLY_NONE, 3, new byte[0]));

    private static byte[] conversation(boolean wide) {
        ByteBuffer said = ByteBuffer.allocate(4096).putInt(3);
        RawPeer.option(said, Protocol.OPT_LIST, new byte[0]);
        if (wide) {
            RawPeer.option(said, Protocol.OPT_EXTENDED_HEADERS, new byte[0]);
            RawPeer.option(said, Protocol.OPT_GO, new byte[6]);
            for (int command : new int[] {0, 1, 4, 6, 7, 3}) {
                int flags = command == Protocol.CMD_WRITE ? Protocol.CMD_FLAG_PAYLOAD_LEN : 0;
                said.putInt(Protocol.EXTENDED_REQUEST)
                        .putShort((short) flags)
                        .putShort((short) command)
                        .putLong(command)
                        .putLong(command == Protocol.CMD_FLUSH ? 0 : 512)
                        .putLong(command == Protocol.CMD_FLUSH ? 0 : 512);
                if (flags != 0) {
                    said.put(new byte[512]);
                }
            }
        } else {
            said.put(RawPeer.entering());
            for (int command : new int[] {0, 1, 5, 6, 7, 3, 2}) {
                boolean bare = command == Protocol.CMD_FLUSH || command == Protocol.CMD_DISC;
                said.put(RawPeer.request(0, command, command, bare ? 0 : 1024, bare ? 0 : 512));
                if (command == Protocol.CMD_WRITE) {
                    said.put(new byte[512]);
                }
            }
        }
        return Arrays.copyOf(said.array(), said.position());
    }

    private static byte[] mutated(byte[] honest, RandomGenerator random) {
        byte[] bytes = honest.clone();
        for (int i = random.nextInt(1, 4); i > 0 && bytes.length > 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2, 3 -> {
                    // Most fields begin at even places, and hold 32 bits.
                    int field = Math.min(at & ~1, bytes.length - 4);
                    if (field >= 0) {
                        ByteBuffer.wrap(bytes).putInt(field, TELLING[random.nextInt(TELLING.length)]);
                    }
                }
                case 4 -> bytes = Arrays.copyOf(bytes, at);
                default -> {
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + random.nextInt(1, 40));
                    System.arraycopy(bytes, at, longer, at + longer.length - bytes.length, bytes.length - at);
                    bytes = longer;
                }
            }
        }
        return bytes;
    }

    private void nothingIsLeft(long heapBefore) throws Exception {
        String threads = threads();
        for (int i = 0; i < 100 && threads.contains("\"nbd-"); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
            threads = threads();
        }
        assertThat(threads).doesNotContain("\"nbd-");
        assertThat(usedHeap() - heapBefore).isLessThan(MAX_HEAP_GROWTH_BYTES);
    }

    /** The names of all threads, the virtual ones among them. */
    private String threads() throws IOException {
        Path dump = folder.resolve("threads.json");
        Files.deleteIfExists(dump);
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.JSON);
        return Files.readString(dump);
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
