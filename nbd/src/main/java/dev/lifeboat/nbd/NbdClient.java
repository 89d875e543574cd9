package dev.lifeboat.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an export of an NBD server. Requests of several threads are under way at the same time and are
 * answered in whatever order the server likes.
 *
 * <p>Guarantees: every reply is checked against its request, and one that makes no sense ends the connection. Once the
 * connection has ended, for whatever reason, all requests under way fail at once, and all later ones do so with the
 * same cause. A server that is silent for the time for replies while it owes one, or that takes eight times as long to
 * answer one while it answers others, is given up.
 */
public final class NbdClient implements NbdDisk {

    /** Splits what compact headers cannot say in one request; a multiple of every smallest block. */
    private static final long MAX_COMPACT_RANGE = 1L << 30;

    private final ClientConnection connection;
    private final Session session;
    private final String export;

    private NbdClient(ClientConnection connection, Session session, String export) {
        this.connection = connection;
        this.session = session;
        this.export = export;
    }

    /** TLS that is used in any case. */
    record Tls(SSLContext context, String serverName) {}

    /** Everything that a connection needs to know. */
    record Settings(
            NbdAddress address,
            String export,
            @Nullable Tls tls,
            List<String> contexts,
            boolean structuredReplies,
            boolean extendedHeaders,
            Duration connectTimeout,
            Duration replyTimeout,
            int mostRequests,
            long mostBytes) {

        Settings {
            contexts = List.copyOf(contexts);
        }
    }

    /** An export in the list of a server. */
    public record Listed(String name, String description) {}

    /** Connections to a server there. */
    public static Builder to(NbdAddress address) {
        return new Builder(address);
    }

    /** Says how to connect. For one thread; may be used again. */
    public static final class Builder {

        /** A few long requests keep a fast link busy. */
        private static final int MOST_REQUESTS = 64;

        private static final long MOST_BYTES = 1L << 26;

        private final NbdAddress address;
        private String export = "";
        private @Nullable Tls tls;
        private final List<String> contexts = new ArrayList<>();
        private boolean structuredReplies = true;
        private boolean extendedHeaders = true;
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration replyTimeout = Duration.ofSeconds(60);
        private int mostRequests = MOST_REQUESTS;
        private long mostBytes = MOST_BYTES;

        private Builder(NbdAddress address) {
            this.address = address;
        }

        /** The name of the export; the default one if nothing is said. */
        public Builder export(String name) {
            export = name;
            return this;
        }

        /**
         * Uses TLS or does not connect.
         *
         * @param serverName what the certificate of the server must be made out to; empty to be content with any that
         *     the context trusts
         */
        public Builder tls(SSLContext context, String serverName) {
            tls = new Tls(context, serverName);
            return this;
        }

        /** Asks for a metadata context as well, such as {@code base:allocation} or {@code qemu:dirty-bitmap:NAME}. */
        public Builder context(String name) {
            contexts.add(name);
            return this;
        }

        /** Whether to ask for structured replies, without which there is no block status; true if nothing is said. */
        public Builder structuredReplies(boolean wanted) {
            structuredReplies = wanted;
            return this;
        }

        /** Whether to ask for extended headers, for ranges beyond 32 bits; true if nothing is said. */
        public Builder extendedHeaders(boolean wanted) {
            extendedHeaders = wanted;
            return this;
        }

        /** The time for everything before the first request, but for the look-up of a name; 10 s if nothing is said. */
        public Builder connectTimeout(Duration limit) {
            connectTimeout = limit;
            return this;
        }

        /** The time for which a server that owes a reply may be silent, kept to an eighth; 60 s if nothing is said. */
        public Builder replyTimeout(Duration limit) {
            replyTimeout = limit;
            return this;
        }

        /** What may be under way at the same time; 64 requests with 64 MiB if nothing is said. */
        public Builder inFlight(int requests, long bytes) {
            mostRequests = requests;
            mostBytes = bytes;
            return this;
        }

        /** One connection. */
        public NbdClient connect() throws IOException {
            Settings settings = settings();
            ClientConnection connection = new ClientConnection(settings);
            return new NbdClient(connection, connection.enter(), export);
        }

        /**
         * Several connections to the same export, which share the work.
         *
         * @param most made only if the server says that this is safe; else one
         */
        public NbdConnections connect(int most) throws IOException {
            return NbdConnections.open(this, most);
        }

        /** The exports that the server tells of. */
        public List<Listed> list() throws IOException {
            return new ClientConnection(settings()).list();
        }

        private Settings settings() {
            if (!connectTimeout.isPositive() || !replyTimeout.isPositive() || mostRequests < 1 || mostBytes < 1) {
                throw new IllegalArgumentException("A client needs some patience, and room for a request");
            }
            return new Settings(
                    address,
                    export,
                    tls,
                    contexts,
                    structuredReplies,
                    structuredReplies && extendedHeaders,
                    connectTimeout,
                    replyTimeout,
                    mostRequests,
                    mostBytes);
        }
    }

    /** The name that the export was asked for by. */
    public String export() {
        return export;
    }

    /** What the server says of the export; empty if nothing. */
    public String description() {
        return session.description();
    }

    /** The transmission flags as the server has sent them. */
    public int flags() {
        return session.flags();
    }

    /** Whether replies come in chunks. */
    public boolean structuredReplies() {
        return session.headers().chunks();
    }

    /** Whether lengths have 64 bits. */
    public boolean extendedHeaders() {
        return session.headers() == Headers.EXTENDED;
    }

    /** Whether requests still have a chance. */
    public boolean isOpen() {
        return connection.isOpen();
    }

    @Override
    public long size() {
        return session.size();
    }

    @Override
    public boolean writable() {
        return !session.has(Negotiated.READ_ONLY);
    }

    @Override
    public boolean multipleConnections() {
        return session.has(Negotiated.CAN_MULTI_CONN);
    }

    @Override
    public BlockSizes blockSizes() {
        return session.sizes();
    }

    @Override
    public List<String> contexts() {
        return List.copyOf(session.contexts().values());
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        await(answers(Protocol.CMD_READ, 0, offset, into));
        into.position(into.limit());
    }

    @Override
    public CompletableFuture<Void> readAsync(long offset, ByteBuffer into) throws IOException {
        return handOut(answers(Protocol.CMD_READ, 0, offset, into));
    }

    @Override
    public void write(long offset, ByteBuffer from, boolean fua) throws IOException {
        await(answers(Protocol.CMD_WRITE, fuaFlag(fua), offset, from));
        from.position(from.limit());
    }

    @Override
    public CompletableFuture<Void> writeAsync(long offset, ByteBuffer from, boolean fua) throws IOException {
        return handOut(answers(Protocol.CMD_WRITE, fuaFlag(fua), offset, from));
    }

    @Override
    public void writeZeroes(long offset, long length, boolean punchHole, boolean fua) throws IOException {
        need(Negotiated.SEND_WRITE_ZEROES, "write zeroes");
        int flags = fuaFlag(fua) | (punchHole ? 0 : Protocol.CMD_FLAG_NO_HOLE);
        ranges(Protocol.CMD_WRITE_ZEROES, flags, offset, length);
    }

    @Override
    public void trim(long offset, long length, boolean fua) throws IOException {
        need(Negotiated.SEND_TRIM, "trim");
        ranges(Protocol.CMD_TRIM, fuaFlag(fua), offset, length);
    }

    @Override
    public void cache(long offset, long length) throws IOException {
        need(Negotiated.SEND_CACHE, "read ahead");
        ranges(Protocol.CMD_CACHE, 0, offset, length);
    }

    @Override
    public void flush() throws IOException {
        // A server without it has nothing to flush, or no way to do so: there is nothing to ask for.
        if (session.has(Negotiated.SEND_FLUSH)) {
            await(connection.send(new PendingRequest(Protocol.CMD_FLUSH, 0, 0, 0, null), null));
        }
    }

    @Override
    public Map<String, List<Extent>> blockStatus(long offset, long length) throws IOException {
        if (session.contexts().isEmpty()) {
            throw new NbdException(NbdException.EINVAL, "no metadata context was agreed on");
        }
        check(offset, length);
        PendingRequest request =
                new PendingRequest(Protocol.CMD_BLOCK_STATUS, 0, offset, Math.min(length, longestRange()), null);
        await(connection.send(request, null));
        Map<String, List<Extent>> answer = new LinkedHashMap<>();
        session.contexts().forEach((id, context) -> {
            List<Extent> extents = request.extents().get(id);
            if (extents != null) {
                answer.put(context, extents);
            }
        });
        return answer;
    }

    @Override
    public void close() {
        connection.close();
    }

    /** Sends a read or a write, in as many requests as it takes. */
    private CompletableFuture<Void> answers(int command, int flags, long offset, ByteBuffer buffer) throws IOException {
        long length = buffer.remaining();
        if (length == 0) {
            return CompletableFuture.completedFuture(null);
        }
        check(offset, length);
        int most = longestPayload();
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        for (int at = 0; at < length; at += most) {
            int step = (int) Math.min(length - at, most);
            ByteBuffer piece = buffer.slice(buffer.position() + at, step);
            boolean write = command == Protocol.CMD_WRITE;
            PendingRequest request = new PendingRequest(command, flags, offset + at, step, write ? null : piece);
            answers.add(connection.send(request, write ? piece : null));
        }
        return answers.size() == 1
                ? answers.getFirst()
                : CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
    }

    private void ranges(int command, int flags, long offset, long length) throws IOException {
        if (length == 0) {
            return;
        }
        check(offset, length);
        long most = longestRange();
        for (long at = 0; at < length; at += most) {
            long step = Math.min(length - at, most);
            await(connection.send(new PendingRequest(command, flags, offset + at, step, null), null));
        }
    }

    private int longestPayload() {
        long most = Math.min(session.sizes().maximumPayload(), Protocol.MAX_PAYLOAD_BYTES);
        return (int) (most - most % session.sizes().minimum());
    }

    private long longestRange() {
        return extendedHeaders() ? Long.MAX_VALUE : MAX_COMPACT_RANGE;
    }

    private int fuaFlag(boolean fua) throws NbdException {
        if (!fua) {
            return 0;
        }
        need(Negotiated.SEND_FUA, "write through its caches");
        return Protocol.CMD_FLAG_FUA;
    }

    private void need(int flag, String what) throws NbdException {
        if (!session.has(flag)) {
            throw new NbdException(NbdException.ENOTSUP, "the server cannot " + what);
        }
    }

    private void check(long offset, long length) throws NbdException {
        if (offset < 0 || length <= 0 || length > size() || offset > size() - length) {
            throw new NbdException(
                    NbdException.EINVAL,
                    "the range %d+%d is not within the %d bytes of the export".formatted(offset, length, size()));
        }
        if (!session.sizes().aligned(offset, length)) {
            throw new NbdException(
                    NbdException.EINVAL,
                    "the range %d+%d does not keep to blocks of %d bytes"
                            .formatted(offset, length, session.sizes().minimum()));
        }
    }

    private static CompletableFuture<Void> handOut(CompletableFuture<Void> answer) {
        CompletableFuture<Void> copy = new CompletableFuture<>();
        // Whatever the caller hangs on it must not hold up the thread that reads replies.
        CompletableFuture<Void> _ = answer.whenCompleteAsync(
                (_, failure) -> {
                    if (failure == null) {
                        copy.complete(null);
                    } else {
                        copy.completeExceptionally(
                                failure instanceof CompletionException wrapped && wrapped.getCause() != null
                                        ? wrapped.getCause()
                                        : failure);
                    }
                },
                Thread::startVirtualThread);
        return copy;
    }

    private static void await(CompletableFuture<Void> answer) throws IOException {
        try {
            answer.join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof NbdException cause) {
                throw cause.again();
            }
            throw failure;
        }
    }
}
