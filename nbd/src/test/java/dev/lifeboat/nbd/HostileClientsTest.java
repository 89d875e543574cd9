package dev.lifeboat.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a client says or leaves unsaid, the server drops it in time and serves the next one. */
@Timeout(60)
class HostileClientsTest {

    private static final int SIZE = 1 << 20;

    private final MemoryExport memory = new MemoryExport("disk", SIZE, new BlockSizes(512, 4096, 1 << 25), true);
    private final AtomicInteger reading = new AtomicInteger();
    private final AtomicInteger mostReading = new AtomicInteger();
    private NbdServer server = NbdServer.of(memory).build();

    @BeforeEach
    void startServer() throws IOException {
        server = NbdServer.of(memory)
                .listen(NbdAddress.tcp("127.0.0.1", 0))
                .limits(ServerLimits.DEFAULT
                        .withTimes(Duration.ofMillis(1500), Duration.ofMillis(700), Duration.ofSeconds(2))
                        .withConnections(8))
                .start();
    }

    @AfterEach
    void theServerStillServesAndThenEnds() throws Exception {
        awaitNoConnections();
        try (NbdClient client = NbdClient.to(server.address()).connect()) {
            client.write(512, ByteBuffer.wrap(new byte[512]), false);
            client.read(0, ByteBuffer.allocate(SIZE));
        }
        server.close();
    }

    /** Those who came before a last one have been accepted when that is greeted or sent away: they stand in line. */
    private void awaitNoConnections() throws InterruptedException, IOException {
        try (RawPeer last = new RawPeer(server.address())) {
            last.in.read();
        } catch (SocketException _) {
            // It was sent away, since all places are taken by those who have just left.
        }
        for (int i = 0; i < 1000 && server.connections() > 0; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(server.connections()).isZero();
    }

    @Test
    void unknownFlagsOfTheClientEndTheConnection() throws IOException {
        try (RawPeer peer = new RawPeer(server.address())) {
            peer.in.readFully(new byte[Protocol.GREETING_BYTES]);
            peer.out.writeInt(1 << 7);
            peer.awaitEnd();
        }
    }

    @Test
    void anOptionWithTheWrongMagicEndsTheConnection() throws IOException {
        try (RawPeer peer = new RawPeer(server.address()).greeted()) {
            peer.out.write(new byte[Protocol.OPTION_BYTES]);
            peer.awaitEnd();
        }
    }

    @Test
    void aLongOptionIsSkippedAndAGiantOneEndsTheConnection() throws IOException {
        try (RawPeer peer = new RawPeer(server.address()).greeted()) {
            assertThat(peer.ask(Protocol.OPT_INFO, new byte[ServerHandshake.MAX_OPTION_BYTES + 1]))
                    .isEqualTo(Protocol.REP_ERR_TOO_BIG);
            assertThat(peer.ask(99, new byte[5])).isEqualTo(Protocol.REP_ERR_UNSUP);
            peer.out.writeLong(Protocol.IHAVEOPT);
            peer.out.writeInt(Protocol.OPT_GO);
            peer.out.writeInt(-1);
            peer.awaitEnd();
        }
        try (RawPeer peer = new RawPeer(server.address()).greeted()) {
            peer.out.writeLong(Protocol.IHAVEOPT);
            peer.out.writeInt(Protocol.OPT_EXPORT_NAME);
            peer.out.writeInt(Protocol.MAX_STRING_BYTES + 1);
            peer.awaitEnd();
        }
    }

    @Test
    void malformedOptionsAreAnswered() throws IOException {
        byte[] longName = ByteBuffer.allocate(6).putInt(0x7fff_ffff).array();
        byte[] manyQuestions =
                ByteBuffer.allocate(6).putInt(0).putShort((short) 7).array();
        byte[] notUtf8 = ByteBuffer.allocate(7).putInt(1).put((byte) 0xff).array();
        byte[] queries = ByteBuffer.allocate(8).putInt(0).putInt(1000).array();
        try (RawPeer peer = new RawPeer(server.address()).greeted()) {
            assertThat(peer.ask(Protocol.OPT_GO, new byte[0])).isEqualTo(Protocol.REP_ERR_INVALID);
            assertThat(peer.ask(Protocol.OPT_GO, longName)).isEqualTo(Protocol.REP_ERR_INVALID);
            assertThat(peer.ask(Protocol.OPT_GO, manyQuestions)).isEqualTo(Protocol.REP_ERR_INVALID);
            assertThat(peer.ask(Protocol.OPT_INFO, notUtf8)).isEqualTo(Protocol.REP_ERR_INVALID);
            assertThat(peer.ask(Protocol.OPT_LIST, new byte[1])).isEqualTo(Protocol.REP_ERR_INVALID);
            assertThat(peer.ask(Protocol.OPT_STARTTLS, new byte[0])).isEqualTo(Protocol.REP_ERR_UNSUP);
            assertThat(peer.ask(Protocol.OPT_SET_META_CONTEXT, queries)).isEqualTo(Protocol.REP_ERR_INVALID);
            assertThat(peer.ask(Protocol.OPT_STRUCTURED_REPLY, new byte[0])).isEqualTo(Protocol.REP_ACK);
            assertThat(peer.ask(Protocol.OPT_SET_META_CONTEXT, queries)).isEqualTo(Protocol.REP_ERR_TOO_BIG);
            assertThat(peer.ask(Protocol.OPT_EXTENDED_HEADERS, new byte[0])).isEqualTo(Protocol.REP_ACK);
            assertThat(peer.ask(Protocol.OPT_STRUCTURED_REPLY, new byte[0]))
                    .isEqualTo(Protocol.REP_ERR_EXT_HEADER_REQD);
            assertThat(peer.ask(Protocol.OPT_ABORT, new byte[0])).isEqualTo(Protocol.REP_ACK);
            peer.awaitEnd();
        }
    }

    @Test
    void optionsWithoutEndEndTheConnection() throws IOException {
        try (RawPeer peer = new RawPeer(server.address()).greeted()) {
            ByteBuffer many = ByteBuffer.allocate((ServerHandshake.MAX_OPTIONS + 1) * Protocol.OPTION_BYTES);
            while (many.hasRemaining()) {
                RawPeer.option(many, 77, new byte[0]);
            }
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    peer.out.write(many.array());
                } catch (IOException _) {
                    // That is the point.
                }
            });
            peer.awaitEnd();
            sender.join();
        } catch (InterruptedException failure) {
            throw new IOException(failure);
        }
    }

    @Test
    void aHandshakeThatDawdlesIsEnded() throws IOException {
        try (RawPeer silent = new RawPeer(server.address());
                RawPeer greeted = new RawPeer(server.address()).greeted();
                RawPeer half = new RawPeer(server.address()).greeted()) {
            half.out.write(new byte[] {'I', 'H'});
            silent.awaitEnd();
            greeted.awaitEnd();
            half.awaitEnd();
        }
    }

    @Test
    void aConversationMayBeCutAtEveryByte() throws Exception {
        ByteBuffer said = ByteBuffer.allocate(2048)
                .putInt(Protocol.FLAG_FIXED_NEWSTYLE | Protocol.FLAG_NO_ZEROES)
                .put(RawPeer.entering())
                .put(RawPeer.request(0, Protocol.CMD_READ, 1, 0, 512))
                .put(RawPeer.request(0, Protocol.CMD_WRITE, 2, 512, 512))
                .put(new byte[512])
                .put(RawPeer.request(0, Protocol.CMD_BLOCK_STATUS, 3, 0, 512));
        byte[] all = Arrays.copyOf(said.array(), said.position());
        for (int length = 0; length <= all.length; length += length < 256 ? 1 : 37) {
            try (RawPeer peer = new RawPeer(server.address())) {
                peer.out.write(all, 0, length);
            } catch (SocketException _) {
                // All places are taken by those who have just left.
            }
        }
        awaitNoConnections();
    }

    @Test
    void requestsThatMakeNoSenseAreAnsweredAndTheConnectionLivesOn() throws IOException {
        try (RawPeer peer = new RawPeer(server.address()).entered()) {
            record Case(int flags, int command, long offset, int length, int error) {}
            List<Case> cases = List.of(
                    new Case(0, 77, 0, 512, NbdException.EINVAL),
                    new Case(1 << 9, Protocol.CMD_READ, 0, 512, NbdException.EINVAL),
                    new Case(Protocol.CMD_FLAG_NO_HOLE, Protocol.CMD_READ, 0, 512, NbdException.EINVAL),
                    new Case(Protocol.CMD_FLAG_PAYLOAD_LEN, Protocol.CMD_READ, 0, 512, NbdException.EINVAL),
                    new Case(0, Protocol.CMD_READ, 0, 0, NbdException.EINVAL),
                    new Case(0, Protocol.CMD_READ, 1, 512, NbdException.EINVAL),
                    new Case(0, Protocol.CMD_READ, SIZE, 512, NbdException.EINVAL),
                    new Case(0, Protocol.CMD_READ, -512, 1024, NbdException.EINVAL),
                    new Case(0, Protocol.CMD_READ, Long.MAX_VALUE & -512L, 1024, NbdException.EINVAL),
                    new Case(0, Protocol.CMD_READ, 0, -512, NbdException.EINVAL),
                    new Case(0, Protocol.CMD_WRITE_ZEROES, SIZE - 512, 1024, NbdException.ENOSPC),
                    new Case(0, Protocol.CMD_TRIM, SIZE - 512, 1024, NbdException.EINVAL),
                    new Case(0, Protocol.CMD_FLUSH, 512, 0, NbdException.EINVAL),
                    new Case(0, Protocol.CMD_BLOCK_STATUS, 0, 0, NbdException.EINVAL),
                    new Case(Protocol.CMD_FLAG_DF, Protocol.CMD_READ, 0, SIZE, 0),
                    new Case(Protocol.CMD_FLAG_REQ_ONE, Protocol.CMD_BLOCK_STATUS, 0, 512, 0),
                    new Case(Protocol.CMD_FLAG_FAST_ZERO, Protocol.CMD_WRITE_ZEROES, 0, 512, 0),
                    new Case(Protocol.CMD_FLAG_FUA, Protocol.CMD_READ, 0, 512, 0));
            for (Case each : cases) {
                peer.out.write(RawPeer.request(each.flags, each.command, 1, each.offset, each.length));
                assertThat(peer.error()).as(each.toString()).isEqualTo(each.error);
            }
            peer.out.write(RawPeer.request(0, Protocol.CMD_WRITE, 1, SIZE, 512));
            peer.out.write(new byte[512]);
            assertThat(peer.error()).isEqualTo(NbdException.ENOSPC);
            peer.out.write(RawPeer.request(0, Protocol.CMD_DISC, 1, 0, 0));
            peer.awaitEnd();
        }
    }

    @Test
    void extendedRequestsSayWhetherTheyCarryAPayload() throws IOException {
        try (RawPeer peer = new RawPeer(server.address()).greeted()) {
            byte[] context = Protocol.BASE_ALLOCATION.getBytes(StandardCharsets.US_ASCII);
            byte[] query = ByteBuffer.allocate(12 + context.length)
                    .putInt(0)
                    .putInt(1)
                    .putInt(context.length)
                    .put(context)
                    .array();
            assertThat(peer.ask(Protocol.OPT_EXTENDED_HEADERS, new byte[0])).isEqualTo(Protocol.REP_ACK);
            assertThat(peer.ask(Protocol.OPT_SET_META_CONTEXT, query)).isEqualTo(Protocol.REP_META_CONTEXT);
            peer.in.skipNBytes(Protocol.OPTION_REPLY_BYTES);
            assertThat(peer.ask(Protocol.OPT_GO, new byte[6])).isEqualTo(Protocol.REP_INFO);
            peer.in.skipNBytes(Protocol.OPTION_REPLY_BYTES + 14 + Protocol.OPTION_REPLY_BYTES);
            byte[] right = ByteBuffer.allocate(12)
                    .putLong(512)
                    .putInt(Negotiated.ALLOCATION_ID)
                    .array();
            byte[] wrong = ByteBuffer.allocate(12).putLong(512).putInt(9).array();
            int flag = Protocol.CMD_FLAG_PAYLOAD_LEN;
            assertThat(wide(peer, flag, Protocol.CMD_BLOCK_STATUS, right.length, right))
                    .isEqualTo(Protocol.REPLY_BLOCK_STATUS_EXT);
            assertThat(wide(peer, flag, Protocol.CMD_BLOCK_STATUS, wrong.length, wrong))
                    .isEqualTo(Protocol.REPLY_ERROR);
            assertThat(wide(peer, flag, Protocol.CMD_BLOCK_STATUS, 20, new byte[20]))
                    .isEqualTo(Protocol.REPLY_ERROR);
            assertThat(wide(peer, flag, Protocol.CMD_READ, 100, new byte[100])).isEqualTo(Protocol.REPLY_ERROR);
            assertThat(wide(peer, 0, Protocol.CMD_WRITE, 512, new byte[0])).isEqualTo(Protocol.REPLY_ERROR);
            assertThat(wide(peer, flag, Protocol.CMD_WRITE, 512, new byte[512])).isEqualTo(Protocol.REPLY_NONE);
            assertThat(wide(peer, 0, Protocol.CMD_TRIM, Long.MAX_VALUE, new byte[0]))
                    .isEqualTo(Protocol.REPLY_ERROR);
            assertThat(wide(peer, 0, Protocol.CMD_WRITE_ZEROES, 4096, new byte[0]))
                    .isEqualTo(Protocol.REPLY_NONE);
            assertThat(wide(peer, 0, Protocol.CMD_READ, 4096, new byte[0])).isEqualTo(Protocol.REPLY_OFFSET_HOLE);
        }
    }

    /** Sends an extended request and gives the type of the only chunk that answers it. */
    private static int wide(RawPeer peer, int flags, int command, long length, byte[] payload) throws IOException {
        peer.out.write(ByteBuffer.allocate(Protocol.EXTENDED_REQUEST_BYTES)
                .putInt(Protocol.EXTENDED_REQUEST)
                .putShort((short) flags)
                .putShort((short) command)
                .putLong(3)
                .putLong(512)
                .putLong(length)
                .array());
        peer.out.write(payload);
        assertThat(peer.in.readInt()).isEqualTo(Protocol.EXTENDED_REPLY);
        assertThat(peer.in.readUnsignedShort()).isEqualTo(Protocol.REPLY_FLAG_DONE);
        int type = peer.in.readUnsignedShort();
        assertThat(peer.in.readLong()).isEqualTo(3);
        assertThat(peer.in.readLong()).isEqualTo(512);
        peer.in.skipNBytes(peer.in.readLong());
        return type;
    }

    @Test
    void whoDawdlesOrSmugglesWhileTlsBeginsIsDropped(@TempDir Path folder) throws Exception {
        Certificates certificates = new Certificates(folder, "tls");
        try (NbdServer secure = NbdServer.of(memory)
                        .listen(NbdAddress.tcp("127.0.0.1", 0))
                        .tls(certificates.trusting(certificates), false)
                        .limits(ServerLimits.DEFAULT.withTimes(
                                Duration.ofMillis(2_500), Duration.ofMillis(700), Duration.ofSeconds(2)))
                        .start();
                RawPeer dawdler = new RawPeer(secure.address()).greeted();
                RawPeer smuggler = new RawPeer(secure.address()).greeted();
                RawPeer babbler = new RawPeer(secure.address()).greeted()) {
            assertThat(dawdler.ask(Protocol.OPT_LIST, new byte[0])).isEqualTo(Protocol.REP_ERR_TLS_REQD);
            assertThat(dawdler.ask(Protocol.OPT_STARTTLS, new byte[0])).isEqualTo(Protocol.REP_ACK);
            ByteBuffer both = ByteBuffer.allocate(2 * Protocol.OPTION_BYTES);
            RawPeer.option(both, Protocol.OPT_STARTTLS, new byte[0]);
            RawPeer.option(both, Protocol.OPT_LIST, new byte[0]);
            smuggler.out.write(both.array());
            assertThat(babbler.ask(Protocol.OPT_STARTTLS, new byte[0])).isEqualTo(Protocol.REP_ACK);
            babbler.out.write(new byte[1000]);
            smuggler.awaitEnd();
            babbler.awaitEnd();
            dawdler.awaitEnd();
            try (NbdClient client = NbdClient.to(secure.address())
                    .tls(certificates.trusting(certificates), "localhost")
                    .connect()) {
                client.read(0, ByteBuffer.allocate(512));
            }
        }
    }

    @Test
    void aRequestWithTheWrongMagicEndsTheConnection() throws IOException {
        try (RawPeer peer = new RawPeer(server.address()).entered()) {
            peer.out.write(new byte[Protocol.REQUEST_BYTES]);
            peer.awaitEnd();
        }
    }

    @Test
    void aGiantPayloadEndsTheConnection() throws IOException {
        try (RawPeer peer = new RawPeer(server.address()).entered()) {
            peer.out.write(RawPeer.request(0, Protocol.CMD_WRITE, 1, 0, -1));
            peer.awaitEnd();
        }
    }

    @Test
    void aPayloadThatNeverComesEndsTheConnection() throws IOException {
        try (RawPeer peer = new RawPeer(server.address()).entered()) {
            peer.out.write(RawPeer.request(0, Protocol.CMD_WRITE, 1, 0, 512));
            peer.out.write(new byte[100]);
            peer.awaitEnd();
        }
    }

    @Test
    void aPeerThatIsIdleBetweenRequestsIsLeftAlone() throws Exception {
        try (NbdClient client = NbdClient.to(server.address()).connect()) {
            TimeUnit.MILLISECONDS.sleep(1_500);
            client.read(0, ByteBuffer.allocate(512));
        }
    }

    @Test
    void furtherConnectionsThanAllowedAreClosed() throws IOException {
        List<NbdClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                clients.add(NbdClient.to(server.address()).connect());
            }
            try (RawPeer ninth = new RawPeer(server.address())) {
                ninth.awaitEnd();
            }
            clients.getFirst().read(0, ByteBuffer.allocate(512));
        } finally {
            clients.forEach(NbdClient::close);
        }
    }

    @Test
    void aBurstOfReadsThatNobodyTakesIsHeldBackByTheBudgetAndThenDropped() throws Exception {
        NbdExport counting = new NbdExport() {
            @Override
            public String name() {
                return "counting";
            }

            @Override
            public long size() {
                return 1L << 40;
            }

            @Override
            public void read(long offset, ByteBuffer into) {
                mostReading.accumulateAndGet(reading.incrementAndGet(), Math::max);
                into.position(into.limit());
                reading.decrementAndGet();
            }
        };
        ServerLimits limits = ServerLimits.DEFAULT
                .withBytes(1 << 20, 1 << 21, 1 << 22)
                .withTimes(Duration.ofSeconds(5), Duration.ofMillis(700), Duration.ofSeconds(2));
        try (NbdServer small = NbdServer.of(counting)
                        .listen(NbdAddress.tcp("127.0.0.1", 0))
                        .limits(limits)
                        .start();
                RawPeer peer = new RawPeer(small.address()).entered();
                NbdClient honest = NbdClient.to(small.address()).connect()) {
            Thread burst = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 100_000; i++) {
                        peer.out.write(RawPeer.request(0, Protocol.CMD_READ, i, 0, 1 << 20));
                    }
                } catch (IOException _) {
                    // The server has had enough.
                }
            });
            honest.read(0, ByteBuffer.allocate(1 << 21));
            burst.join();
            honest.read(0, ByteBuffer.allocate(1 << 21));
            // Two of its own fit in the budget of a connection, and two of the honest one.
            assertThat(mostReading.get()).isLessThanOrEqualTo(4);
        }
    }
}
