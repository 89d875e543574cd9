package dev.lifeboat.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * One client of a server. A thread of its own reads its requests; each one is carried out by a further virtual thread.
 * Before a request is taken off the wire the budgets of the connection and of the server are asked, so a client that
 * sends more than it may is not read from until some of its requests are answered.
 *
 * <p>{@link #tick} and the methods that end it are for other threads.
 */
final class ServerConnection implements Runnable {

    private final NbdServer.Settings settings;
    private final BufferPool pool;
    private final Semaphore serverPages;
    private final Semaphore ownPages;
    private final Semaphore requests;
    private final PlainWire plain;
    private final Patience shakingHands = new Patience();
    private final Patience reading = new Patience();
    private final Patience writing = new Patience();
    private volatile @Nullable Thread reader;

    ServerConnection(
            NbdServer.Settings settings, BufferPool pool, Semaphore serverPages, SocketChannel channel, boolean tcp)
            throws IOException {
        this.settings = settings;
        this.pool = pool;
        this.serverPages = serverPages;
        this.ownPages = new Semaphore(NbdServer.pagesOf(settings.limits().connectionBytes()));
        this.requests = new Semaphore(settings.limits().requests());
        this.plain = new PlainWire(channel, tcp);
        shakingHands.begin();
    }

    /** Serves the client until one side ends the connection. */
    @Override
    public void run() {
        reader = Thread.currentThread();
        try {
            WireInput input = new WireInput(plain, reading);
            ServerHandshake handshake = new ServerHandshake(settings, plain, input, writing);
            Optional<Negotiated> agreed = handshake.run();
            shakingHands.end();
            if (agreed.isPresent()) {
                Replies replies =
                        new Replies(handshake.wire(), writing, agreed.get().headers());
                serve(agreed.get(), input, replies, new RequestHandler(agreed.get(), replies, pool));
                awaitRequests();
            }
            handshake.wire().finish(writing);
        } catch (IOException | Replies.Gone | RuntimeException _) {
            // The client is gone, or has broken the protocol in a way that no reply can tell it.
        } finally {
            abort();
            awaitRequests();
        }
    }

    /**
     * Counts a tick of the limit for stalled messages.
     *
     * @param handshake whether the time for the handshake counts one as well
     */
    void tick(boolean handshake) {
        boolean late = handshake ? shakingHands.tick() : stalled();
        if (late) {
            abort();
        }
    }

    private boolean stalled() {
        // Both count each tick.
        boolean late = reading.tick();
        return writing.tick() || late;
    }

    /** Reads no further requests; those under way are answered. */
    void stopReading() {
        plain.stopReading();
    }

    /** Ends the connection at once. */
    void abort() {
        plain.close();
        Thread thread = reader;
        // It may wait for a budget. Requests are never interrupted: that would harm the files of the exports.
        if (thread != null && !thread.equals(Thread.currentThread())) {
            thread.interrupt();
        }
    }

    private void serve(Negotiated agreed, WireInput input, Replies replies, RequestHandler handler)
            throws IOException, Replies.Gone {
        RequestCheck check = new RequestCheck(agreed, settings.limits());
        boolean wide = agreed.headers() == Headers.EXTENDED;
        int headBytes = wide ? Protocol.EXTENDED_REQUEST_BYTES : Protocol.REQUEST_BYTES;
        while (input.next(headBytes)) {
            if (input.getInt() != (wide ? Protocol.EXTENDED_REQUEST : Protocol.REQUEST)) {
                throw NbdException.broken("a request has the wrong magic");
            }
            int flags = input.getUnsignedShort();
            int command = input.getUnsignedShort();
            long cookie = input.getLong();
            long offset = input.getLong();
            long length = wide ? input.getLong() : Integer.toUnsignedLong(input.getInt());
            if (command == Protocol.CMD_DISC) {
                return;
            }
            Request request = new Request(flags, command, cookie, offset, length, null, 0);
            if (check.carriesPayload(request) && (length < 0 || length > check.mostPayload())) {
                throw NbdException.broken("a payload of " + Long.toUnsignedString(length) + " bytes");
            }
            if (check.statusWithPayload(request)) {
                request = check.statusOf(request, input);
            } else {
                int errno = check.errorOf(request);
                if (errno != 0) {
                    if (check.carriesPayload(request)) {
                        input.skip(length);
                    }
                    replies.error(request, errno, check.words(request, errno));
                    continue;
                }
            }
            if (check.errorOf(request) != 0) {
                replies.error(request, NbdException.EINVAL, "the request is malformed");
                continue;
            }
            start(receive(request, input, handler), handler);
        }
    }

    /** Takes what the request needs of the budgets, and its payload off the wire. */
    private Request receive(Request request, WireInput input, RequestHandler handler) throws IOException {
        int pages = BufferPool.pages(handler.bytesOf(request));
        acquire(requests, 1);
        boolean received = false;
        try {
            acquire(ownPages, pages);
            try {
                acquire(serverPages, pages);
                try {
                    ByteBuffer payload = null;
                    if (request.command() == Protocol.CMD_WRITE) {
                        payload = payload(request, input);
                    }
                    received = true;
                    return new Request(
                            request.flags(),
                            request.command(),
                            request.cookie(),
                            request.offset(),
                            request.length(),
                            payload,
                            pages);
                } finally {
                    if (!received) {
                        serverPages.release(pages);
                    }
                }
            } finally {
                if (!received) {
                    ownPages.release(pages);
                }
            }
        } finally {
            if (!received) {
                requests.release();
            }
        }
    }

    private ByteBuffer payload(Request request, WireInput input) throws IOException {
        ByteBuffer payload = pool.take((int) request.length());
        boolean whole = false;
        try {
            input.read(payload);
            whole = true;
            return payload.flip();
        } finally {
            if (!whole) {
                pool.give(payload);
            }
        }
    }

    private void start(Request request, RequestHandler handler) {
        boolean started = false;
        try {
            Thread.ofVirtual().name("nbd-request").start(() -> {
                boolean answered = false;
                try {
                    handler.handle(request);
                    answered = true;
                } catch (Replies.Gone _) {
                    // Nobody waits for the answer.
                } finally {
                    release(request);
                    if (!answered) {
                        abort();
                    }
                }
            });
            started = true;
        } finally {
            if (!started) {
                release(request);
            }
        }
    }

    private void release(Request request) {
        ByteBuffer payload = request.payload();
        if (payload != null) {
            pool.give(payload);
        }
        serverPages.release(request.pages());
        ownPages.release(request.pages());
        requests.release();
    }

    private static void acquire(Semaphore budget, int permits) throws IOException {
        try {
            budget.acquire(permits);
        } catch (InterruptedException _) {
            throw NbdException.closed();
        }
    }

    /** Returns when no request is under way any more. */
    private void awaitRequests() {
        int all = settings.limits().requests();
        requests.acquireUninterruptibly(all);
        requests.release(all);
    }
}
