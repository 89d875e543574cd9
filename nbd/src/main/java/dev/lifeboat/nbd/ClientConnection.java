package dev.lifeboat.nbd;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The socket of a client, with a thread that reads replies and one that watches the time. Only the former ever answers
 * requests, when it is done with their buffers; all other threads only close the socket, which makes it stop.
 *
 * <p>Safe for several threads once {@link #enter} has returned.
 */
final class ClientConnection {

    private final NbdClient.Settings settings;
    private final PendingRequests pending;
    private final SocketChannel channel;
    private final Patience unlimited = new Patience();
    private final ReentrantLock turn = new ReentrantLock();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable Wire wire;
    private boolean wide;
    private volatile boolean closing;

    ClientConnection(NbdClient.Settings settings) throws IOException {
        this.settings = settings;
        pending = new PendingRequests(settings.mostRequests(), settings.mostBytes());
        channel = settings.address() instanceof NbdAddress.Unix
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
    }

    /** Connects, shakes hands and begins to read replies. */
    Session enter() throws IOException {
        watchEntering();
        boolean done = false;
        try {
            PlainWire plain = connect();
            WireInput input = new WireInput(plain, unlimited);
            ClientHandshake handshake = new ClientHandshake(settings, plain, input);
            Session session = handshake.enter();
            wire = handshake.wire();
            wide = session.headers() == Headers.EXTENDED;
            ReplyReader reader = new ReplyReader(session, input, pending);
            if (pending.failure() != null) {
                throw NbdException.closed();
            }
            Thread.ofVirtual().name("nbd-replies").start(() -> read(reader));
            Thread.ofVirtual().name("nbd-silence").start(() -> watch(plain));
            done = true;
            return session;
        } catch (IOException | RuntimeException failure) {
            throw explained(failure);
        } finally {
            entered.countDown();
            if (!done) {
                closeChannel();
            }
        }
    }

    /** Connects, asks for all exports, and ends. */
    List<NbdClient.Listed> list() throws IOException {
        watchEntering();
        try {
            PlainWire plain = connect();
            return new ClientHandshake(settings, plain, new WireInput(plain, unlimited)).list();
        } catch (IOException | RuntimeException failure) {
            throw explained(failure);
        } finally {
            entered.countDown();
            closeChannel();
        }
    }

    /** Sends a request as soon as it may begin. */
    CompletableFuture<Void> send(PendingRequest request, @Nullable ByteBuffer payload) throws NbdException {
        long cookie = pending.begin(request);
        int flags = request.flags;
        if (wide && payload != null) {
            flags |= Protocol.CMD_FLAG_PAYLOAD_LEN;
        }
        ByteBuffer head = head(flags, request.command, cookie, request.offset, request.length);
        turn.lock();
        try {
            if (payload == null) {
                wire().write(unlimited, head);
            } else {
                wire().write(unlimited, head, payload);
            }
        } catch (IOException failure) {
            // The thread that reads replies finds the socket closed, and fails this request with all others.
            pending.fail(NbdException.disconnected("the connection to " + settings.address() + " is lost", failure));
            closeChannel();
        } finally {
            turn.unlock();
        }
        return request.answer;
    }

    boolean isOpen() {
        return pending.failure() == null;
    }

    /** Says good-bye, unless the connection is over anyway, and waits for the thread that reads replies. */
    void close() {
        closing = true;
        if (pending.failure() == null) {
            pending.fail(NbdException.closed());
            turn.lock();
            try {
                wire().write(unlimited, head(0, Protocol.CMD_DISC, 0, 0, 0));
                wire().finish(unlimited);
            } catch (IOException _) {
                // The server has gone first.
            } finally {
                turn.unlock();
            }
        }
        closeChannel();
        awaitEnd();
    }

    private void awaitEnd() {
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private ByteBuffer head(int flags, int command, long cookie, long offset, long length) {
        ByteBuffer head = ByteBuffer.allocate(wide ? Protocol.EXTENDED_REQUEST_BYTES : Protocol.REQUEST_BYTES)
                .putInt(wide ? Protocol.EXTENDED_REQUEST : Protocol.REQUEST)
                .putShort((short) flags)
                .putShort((short) command)
                .putLong(cookie)
                .putLong(offset);
        return (wide ? head.putLong(length) : head.putInt((int) length)).flip();
    }

    private Wire wire() {
        Wire entered = wire;
        if (entered == null) {
            throw new IllegalStateException("The handshake has not been made");
        }
        return entered;
    }

    private PlainWire connect() throws IOException {
        SocketAddress address = switch (settings.address()) {
            case NbdAddress.Unix(Path path) -> UnixDomainSocketAddress.of(path);
            case NbdAddress.Tcp(String host, int port) -> {
                InetSocketAddress found = new InetSocketAddress(host, port);
                if (found.isUnresolved()) {
                    throw NbdException.disconnected("there is no host " + host, null);
                }
                yield found;
            }
        };
        channel.connect(address);
        return new PlainWire(channel, address instanceof InetSocketAddress);
    }

    private NbdException explained(Exception failure) {
        NbdException known = pending.failure();
        if (known != null) {
            return known.again();
        }
        return failure instanceof NbdException exception
                ? exception
                : NbdException.disconnected("cannot connect to " + settings.address() + ": " + failure, failure);
    }

    /** Ends the attempt to connect when its time is over. */
    private void watchEntering() {
        Duration limit = settings.connectTimeout();
        Thread.ofVirtual().name("nbd-connecting").start(() -> {
            try {
                if (!entered.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                    pending.fail(NbdException.timedOut(
                            "%s has not let us in within %d ms".formatted(settings.address(), limit.toMillis())));
                    closeChannel();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void read(ReplyReader reader) {
        NbdException cause = NbdException.closed();
        try {
            reader.run();
        } catch (NbdException failure) {
            cause = failure;
        } catch (IOException | RuntimeException failure) {
            cause = NbdException.disconnected("the connection to " + settings.address() + " is lost", failure);
        } finally {
            // In this order: who is told of the failure must not find the connection alive.
            pending.fail(cause);
            closeChannel();
            pending.failAll(cause);
            ended.countDown();
        }
    }

    /** Ends the connection when the server is silent, or takes too long for a reply. */
    private void watch(PlainWire plain) {
        long tick = Patience.tickOf(settings.replyTimeout()).toNanos();
        long moved = plain.moved();
        int silent = 0;
        try {
            while (!ended.await(tick, TimeUnit.NANOSECONDS)) {
                PendingRequest late = pending.tick();
                long now = plain.moved();
                silent = now == moved && (closing || !pending.isEmpty()) ? silent + 1 : 0;
                moved = now;
                if (late != null || silent > Patience.TICKS) {
                    String what = late == null ? "is silent" : "does not answer " + late;
                    pending.fail(NbdException.timedOut("the server at " + settings.address() + " " + what));
                    closeChannel();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeChannel() {
        try {
            channel.close();
        } catch (IOException _) {
            // There is nothing left to do with it.
        }
    }
}
