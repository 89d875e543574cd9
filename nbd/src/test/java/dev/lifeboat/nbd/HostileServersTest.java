package dev.lifeboat.nbd;

import static dev.lifeboat.nbd.ScriptedServer.chunk;
import static dev.lifeboat.nbd.ScriptedServer.content;
import static dev.lifeboat.nbd.ScriptedServer.extents;
import static dev.lifeboat.nbd.ScriptedServer.hole;
import static dev.lifeboat.nbd.ScriptedServer.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Whatever a server says or leaves unsaid, the client notices it in time and says what was wrong. */
@Timeout(60)
class HostileServersTest {

    /** A reply to a read of 1,024 bytes at 4,096 (cookie 1), and what is wrong with it. */
    static final class Lie {

        private final String words;
        private final byte[] reply;

        Lie(String words, byte[] reply) {
            this.words = words;
            this.reply = reply;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    static final List<Lie> LIES = List.of(
            new Lie("a wrong magic", new byte[64]),
            new Lie("an unknown cookie", content(true, 2, 4096, 1024)),
            new Lie("a simple reply", simple(0, 1)),
            new Lie("content before the range", content(true, 1, 4095, 1024)),
            new Lie("content beyond the range", content(true, 1, 4096, 1025)),
            new Lie("content at a negative offset", content(true, 1, -1, 1024)),
            new Lie("content without bytes", content(true, 1, 4096, 0)),
            new Lie("too little content", content(true, 1, 4096, 1023)),
            new Lie("content that overlaps", join(content(false, 1, 4096, 512), content(true, 1, 4600, 520))),
            new Lie("content that comes twice", join(content(false, 1, 4096, 1024), content(true, 1, 4096, 1024))),
            new Lie("a hole over content", join(content(false, 1, 4096, 1024), hole(true, 1, 4100, 10))),
            new Lie("a hole beyond the range", hole(true, 1, 4096, 2048)),
            new Lie("a hole of nothing", hole(true, 1, 4096, 0)),
            new Lie("a giant hole", hole(true, 1, 4096, -1)),
            new Lie("a hole of the wrong form", chunk(true, Protocol.REPLY_OFFSET_HOLE, 1, new byte[13])),
            new Lie("success without content", chunk(true, Protocol.REPLY_NONE, 1, new byte[0])),
            new Lie("an empty chunk in the middle", chunk(false, Protocol.REPLY_NONE, 1, new byte[0])),
            new Lie("an empty chunk with content", chunk(true, Protocol.REPLY_NONE, 1, new byte[1])),
            new Lie("a chunk of an unknown type", chunk(true, 77, 1, new byte[0])),
            new Lie("a giant chunk", giant(Protocol.REPLY_OFFSET_DATA)),
            new Lie("a giant error", giant(Protocol.REPLY_ERROR)),
            new Lie("extents that nobody asked for", extents(true, 1, ScriptedServer.CONTEXT, 1024, 0)),
            new Lie("an error that is none", chunk(true, Protocol.REPLY_ERROR, 1, new byte[6])),
            new Lie("an error that is too short", chunk(true, Protocol.REPLY_ERROR, 1, new byte[5])),
            new Lie("an error with too many words", chunk(true, Protocol.REPLY_ERROR, 1, error(5, 100, 0))),
            new Lie(
                    "an error outside of the range",
                    chunk(
                            true,
                            Protocol.REPLY_ERROR_OFFSET,
                            1,
                            ByteBuffer.allocate(14).putInt(5).array())),
            new Lie("a second reply", join(content(true, 1, 4096, 1024), content(true, 1, 4096, 1024), new byte[64])));

    static final List<Lie> LIES_ABOUT_EXTENTS = List.of(
            new Lie("an unknown context", extents(true, 1, 6, 1024, 0)),
            new Lie("no extent", extents(true, 1, ScriptedServer.CONTEXT)),
            new Lie("half an extent", extents(true, 1, ScriptedServer.CONTEXT, 1024)),
            new Lie("an extent of nothing", extents(true, 1, ScriptedServer.CONTEXT, 0, 0)),
            new Lie("extents beyond the range", extents(true, 1, ScriptedServer.CONTEXT, 1024, 0, 1, 1)),
            new Lie(
                    "a context that is told of twice",
                    join(
                            extents(false, 1, ScriptedServer.CONTEXT, 1024, 0),
                            extents(true, 1, ScriptedServer.CONTEXT, 1024, 0))),
            new Lie("success without extents", chunk(true, Protocol.REPLY_NONE, 1, new byte[0])),
            new Lie("a simple reply", simple(0, 1)),
            new Lie("extents of the wrong form", chunk(true, Protocol.REPLY_BLOCK_STATUS_EXT, 1, new byte[24])),
            new Lie("content", content(true, 1, 4096, 1024)),
            new Lie("a giant chunk", giant(Protocol.REPLY_BLOCK_STATUS)));

    @ParameterizedTest
    @FieldSource("LIES")
    void aReplyToAReadThatMakesNoSenseEndsTheConnection(Lie lie) throws Exception {
        try (ScriptedServer server = answering(lie.reply);
                NbdClient client = client(server).connect()) {
            NbdException failure = lie.words.equals("a second reply")
                    ? afterOneRead(client)
                    : failure(() -> client.read(4096, ByteBuffer.allocate(1024)));
            assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(NbdException.Kind.PROTOCOL_BROKEN);
            assertThat(client.isOpen()).isFalse();
        }
    }

    private static NbdException afterOneRead(NbdClient client) throws IOException {
        client.read(4096, ByteBuffer.allocate(1024));
        return failure(() -> client.read(0, ByteBuffer.allocate(1024)));
    }

    @ParameterizedTest
    @FieldSource("LIES_ABOUT_EXTENTS")
    void aReplyToABlockStatusThatMakesNoSenseEndsTheConnection(Lie lie) throws Exception {
        try (ScriptedServer server = answering(lie.reply);
                NbdClient client = client(server).connect()) {
            NbdException failure = failure(() -> client.blockStatus(4096, 1024));
            assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(NbdException.Kind.PROTOCOL_BROKEN);
        }
    }

    @Test
    void piecesInAnyOrderAreTakenAndAnErrorLeavesTheConnectionAlive() throws Exception {
        byte[] honest = join(
                content(false, 1, 4608, 512),
                hole(false, 1, 4096, 100),
                content(false, 1, 4196, 412),
                chunk(true, Protocol.REPLY_NONE, 1, new byte[0]),
                chunk(false, Protocol.REPLY_ERROR_BIT + 99, 2, error(NbdException.ENOSPC, 3, 20)),
                content(true, 2, 4096, 1024));
        try (ScriptedServer server = new ScriptedServer((in, out) -> {
                    ScriptedServer.enter(in, out);
                    in.readFully(new byte[2 * Protocol.REQUEST_BYTES]);
                    out.write(honest);
                });
                NbdClient client = client(server).connect()) {
            CompletableFuture<Void> first = client.readAsync(4096, ByteBuffer.allocate(1024));
            CompletableFuture<Void> second = client.readAsync(4096, ByteBuffer.allocate(1024));
            first.join();
            CompletionException failure = catchThrowableOfType(CompletionException.class, second::join);
            assertThat(failure.getCause())
                    .isInstanceOfSatisfying(
                            NbdException.class,
                            cause -> assertThat(cause.errno()).isEqualTo(NbdException.ENOSPC));
            assertThat(client.isOpen()).isTrue();
        }
    }

    @Test
    void aSilentServerIsGivenUp() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::enter);
                NbdClient client =
                        client(server).replyTimeout(Duration.ofMillis(300)).connect()) {
            assertThat(failure(() -> client.read(0, ByteBuffer.allocate(512))).kind())
                    .isEqualTo(NbdException.Kind.TIMED_OUT);
            assertThat(failure(() -> client.read(0, ByteBuffer.allocate(512))).kind())
                    .isEqualTo(NbdException.Kind.TIMED_OUT);
        }
    }

    @Test
    void aServerThatAnswersAllButOneRequestIsGivenUp() throws Exception {
        try (ScriptedServer server = new ScriptedServer((in, out) -> {
                    ScriptedServer.enter(in, out);
                    in.readFully(new byte[Protocol.REQUEST_BYTES]);
                    for (long cookie = 2; ; cookie++) {
                        in.readFully(new byte[Protocol.REQUEST_BYTES]);
                        out.write(chunk(true, Protocol.REPLY_NONE, cookie, new byte[0]));
                    }
                });
                NbdClient client =
                        client(server).replyTimeout(Duration.ofMillis(100)).connect()) {
            CompletableFuture<Void> lost = client.readAsync(0, ByteBuffer.allocate(512));
            NbdException failure = failure(() -> {
                while (true) {
                    client.flush();
                }
            });
            assertThat(failure.kind()).isEqualTo(NbdException.Kind.TIMED_OUT);
            assertThat(lost).isCompletedExceptionally();
        }
    }

    @Test
    void aServerThatDoesNotReadIsGivenUp() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer((in, out) -> {
                    ScriptedServer.enter(in, out);
                    try {
                        over.await();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                });
                NbdClient client =
                        client(server).replyTimeout(Duration.ofMillis(300)).connect()) {
            ByteBuffer much = ByteBuffer.allocateDirect(ScriptedServer.SIZE);
            NbdException failure = failure(() -> {
                for (int i = 0; i < 64; i++) {
                    CompletableFuture<Void> _ = client.writeAsync(0, much.duplicate(), false);
                }
                client.write(0, much, false);
            });
            assertThat(failure.kind()).isEqualTo(NbdException.Kind.TIMED_OUT);
            over.countDown();
        }
    }

    @Test
    void aServerThatGoesFailsEverythingUnderWayAtOnce() throws Exception {
        try (ScriptedServer server = new ScriptedServer((in, out) -> {
                    ScriptedServer.enter(in, out);
                    in.readFully(new byte[10 * Protocol.REQUEST_BYTES]);
                    throw new IOException("enough");
                });
                NbdClient client = client(server).connect()) {
            List<CompletableFuture<Void>> answers = new java.util.ArrayList<>();
            for (int i = 0; i < 10; i++) {
                answers.add(client.readAsync(0, ByteBuffer.allocate(512)));
            }
            for (CompletableFuture<Void> answer : answers) {
                CompletionException failure = catchThrowableOfType(CompletionException.class, answer::join);
                assertThat(failure.getCause())
                        .isInstanceOfSatisfying(
                                NbdException.class,
                                cause -> assertThat(cause.kind()).isEqualTo(NbdException.Kind.DISCONNECTED));
            }
        }
    }

    @Test
    void aHandshakeMayBeCutAtEveryByte() throws Exception {
        byte[] all = join(
                ScriptedServer.greeting(),
                ScriptedServer.reply(Protocol.OPT_EXTENDED_HEADERS, Protocol.REP_ERR_UNSUP, new byte[0]),
                ScriptedServer.reply(Protocol.OPT_STRUCTURED_REPLY, Protocol.REP_ACK, new byte[0]),
                ScriptedServer.context(),
                ScriptedServer.go());
        for (int length = 0; length < all.length; length++) {
            byte[] part = Arrays.copyOf(all, length);
            try (ScriptedServer server = new ScriptedServer((_, out) -> {
                out.write(part);
                throw new IOException("enough");
            })) {
                assertThat(failure(() -> client(server).connect().close()).kind())
                        .as("cut at %d", length)
                        .isIn(NbdException.Kind.DISCONNECTED, NbdException.Kind.REFUSED);
            }
        }
    }

    @Test
    void aReplyMayBeCutAtEveryByte() throws Exception {
        byte[] all = join(content(false, 1, 4096, 600), hole(true, 1, 4696, 424));
        for (int length = 0; length < all.length; length += length < 40 || length > 620 ? 1 : 50) {
            byte[] part = Arrays.copyOf(all, length);
            try (ScriptedServer server = new ScriptedServer((in, out) -> {
                        ScriptedServer.enter(in, out);
                        in.readFully(new byte[Protocol.REQUEST_BYTES]);
                        out.write(part);
                        throw new IOException("enough");
                    });
                    NbdClient client = client(server).connect()) {
                assertThat(failure(() -> client.read(4096, ByteBuffer.allocate(1024)))
                                .kind())
                        .isEqualTo(NbdException.Kind.DISCONNECTED);
            }
        }
    }

    @Test
    void aHandshakeThatMakesNoSenseIsGivenUp() throws Exception {
        byte[] ack = ScriptedServer.reply(Protocol.OPT_EXTENDED_HEADERS, Protocol.REP_ACK, new byte[0]);
        byte[] other = ScriptedServer.reply(Protocol.OPT_LIST, Protocol.REP_ACK, new byte[0]);
        byte[] giant = ack.clone();
        Arrays.fill(giant, 16, 20, (byte) 0xff);
        byte[] endless = new byte[1 << 20];
        for (byte[] said : List.of(
                new byte[100],
                join(ScriptedServer.greeting(), other),
                join(ScriptedServer.greeting(), giant),
                endless)) {
            try (ScriptedServer server = new ScriptedServer((_, out) -> out.write(said))) {
                assertThat(failure(() -> client(server).connect().close()).kind())
                        .isEqualTo(NbdException.Kind.PROTOCOL_BROKEN);
            }
        }
        try (ScriptedServer server = new ScriptedServer((_, out) -> out.write(ScriptedServer.greeting()))) {
            assertThat(failure(() -> client(server)
                                    .connectTimeout(Duration.ofMillis(200))
                                    .connect()
                                    .close())
                            .kind())
                    .isEqualTo(NbdException.Kind.TIMED_OUT);
        }
    }

    private static NbdClient.Builder client(ScriptedServer server) {
        return NbdClient.to(server.address()).context(Protocol.BASE_ALLOCATION);
    }

    private static ScriptedServer answering(byte[] reply) throws IOException {
        return new ScriptedServer((in, out) -> {
            ScriptedServer.enter(in, out);
            in.readFully(new byte[Protocol.REQUEST_BYTES]);
            out.write(reply);
        });
    }

    private static NbdException failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        NbdException failure = catchThrowableOfType(NbdException.class, call);
        assertThat(failure).isNotNull();
        return failure;
    }

    private static byte[] simple(int error, long cookie) {
        return ByteBuffer.allocate(Protocol.SIMPLE_REPLY_BYTES + 1024)
                .putInt(Protocol.SIMPLE_REPLY)
                .putInt(error)
                .putLong(cookie)
                .array();
    }

    private static byte[] giant(int type) {
        byte[] chunk = chunk(true, type, 1, new byte[64]);
        Arrays.fill(chunk, 16, 20, (byte) 0xff);
        return chunk;
    }

    private static byte[] error(int number, int words, int room) {
        return ByteBuffer.allocate(6 + room)
                .putInt(number)
                .putShort((short) words)
                .array();
    }
}
