package dev.lifeboat.nbd;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Offers exports to NBD clients, on Unix sockets, on TCP, or both.
 *
 * <p>Guarantees: whatever clients send or leave unread, the memory for their requests stays below
 * {@link ServerLimits#totalBytes()}, there are never more than {@link ServerLimits#connections()} of them, and each one
 * that stalls is dropped. One client can slow down another one, but not stop it for longer than it may stall. A client
 * is never told of a write before the export has done it. After {@link #close} no thread of the server lives, unless an
 * export does not return.
 *
 * <p>Safe for several threads.
 */
public final class NbdServer implements AutoCloseable {

    /** Everything that a connection needs to know. */
    record Settings(
            NbdExports exports,
            ServerLimits limits,
            @Nullable Tls tls) {}

    /** TLS that every client must use. */
    record Tls(SSLContext context, boolean clientCertificates) {}

    private final Settings settings;
    private final List<NbdAddress> asked;
    private final Set<PosixFilePermission> socketPermissions;
    private final BufferPool pool;
    private final Semaphore pages;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition oneLess = lock.newCondition();
    private final Set<ServerConnection> connections = new HashSet<>();
    private final List<ServerSocketChannel> listeners = new ArrayList<>();
    private final List<NbdAddress> addresses = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean started;
    private boolean closing;
    /** Threads that accept and tick. */
    private int threads;

    private NbdServer(Builder builder) {
        settings = new Settings(builder.exports, builder.limits, builder.tls);
        asked = List.copyOf(builder.addresses);
        socketPermissions = builder.socketPermissions;
        pool = new BufferPool(builder.limits.totalBytes());
        pages = new Semaphore(pagesOf(builder.limits.totalBytes()), true);
    }

    /** A server of these exports that listens nowhere yet. */
    public static Builder of(NbdExports exports) {
        return new Builder(exports);
    }

    /** A server of these exports that listens nowhere yet. */
    public static Builder of(NbdExport... exports) {
        return of(NbdExports.of(List.of(exports)));
    }

    /** Says where and how a server listens. For one thread. */
    public static final class Builder {

        private final NbdExports exports;
        private final List<NbdAddress> addresses = new ArrayList<>();
        private ServerLimits limits = ServerLimits.DEFAULT;
        private @Nullable Tls tls;
        private Set<PosixFilePermission> socketPermissions = PosixFilePermissions.fromString("rw-------");

        private Builder(NbdExports exports) {
            this.exports = exports;
        }

        /**
         * Listens there as well. The file of a Unix socket must not exist; it is removed when the server is closed. Its
         * folder should be closed to strangers, since the permissions are set a moment after the file is there.
         */
        public Builder listen(NbdAddress address) {
            addresses.add(address);
            return this;
        }

        /** Other limits than {@link ServerLimits#DEFAULT}. */
        public Builder limits(ServerLimits newLimits) {
            limits = newLimits;
            return this;
        }

        /**
         * Every client must start TLS before anything else.
         *
         * @param clientCertificates whether it must show a certificate that the context trusts
         */
        public Builder tls(SSLContext context, boolean clientCertificates) {
            tls = new Tls(context, clientCertificates);
            return this;
        }

        /** Who may connect to the Unix sockets; the owner alone if nothing is said. */
        public Builder socketPermissions(Set<PosixFilePermission> permissions) {
            socketPermissions = Set.copyOf(permissions);
            return this;
        }

        /** The server, which does not listen before it is started. */
        public NbdServer build() {
            return new NbdServer(this);
        }

        /** The server, listening. */
        public NbdServer start() throws IOException {
            return build().start();
        }
    }

    /**
     * Begins to listen. To be called once.
     *
     * @return this
     */
    public NbdServer start() throws IOException {
        lock.lock();
        try {
            if (started || closing) {
                throw new IllegalStateException("A server is started once");
            }
            started = true;
            for (NbdAddress address : asked) {
                listen(address);
            }
            for (int i = 0; i < listeners.size(); i++) {
                ServerSocketChannel listener = listeners.get(i);
                boolean tcp = asked.get(i) instanceof NbdAddress.Tcp;
                startThread("nbd-accept", () -> accept(listener, tcp));
            }
            ServerLimits limits = settings.limits();
            startThread("nbd-stalls", () -> tick(limits.stall(), false));
            startThread("nbd-handshakes", () -> tick(limits.handshake(), true));
        } catch (IOException | RuntimeException failure) {
            stopListening();
            throw failure;
        } finally {
            lock.unlock();
        }
        return this;
    }

    /** Where it listens first. A port that the system has chosen is filled in. */
    public NbdAddress address() {
        return addresses().getFirst();
    }

    /** Where it listens, in the order in which it was told to. */
    public List<NbdAddress> addresses() {
        lock.lock();
        try {
            return List.copyOf(addresses);
        } finally {
            lock.unlock();
        }
    }

    /** The clients that are connected. */
    public int connections() {
        lock.lock();
        try {
            return connections.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends all connections. Requests under way have half of the time of {@link ServerLimits#close()} to be answered;
     * then the sockets are closed. Returns when all threads have ended, or when the time is over.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            closed.countDown();
            stopListening();
            long left = settings.limits().close().toNanos();
            connections.forEach(ServerConnection::stopReading);
            long graceful = awaitEnd(left / 2);
            connections.forEach(ServerConnection::abort);
            awaitEnd(left - left / 2 + graceful);
        } finally {
            lock.unlock();
        }
    }

    static int pagesOf(long bytes) {
        return Math.toIntExact(bytes / BufferPool.PAGE_BYTES);
    }

    private long awaitEnd(long nanos) {
        long left = nanos;
        try {
            while ((!connections.isEmpty() || threads > 0) && left > 0) {
                left = oneLess.awaitNanos(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return Math.max(left, 0);
    }

    private void listen(NbdAddress address) throws IOException {
        switch (address) {
            case NbdAddress.Unix(Path path) -> {
                ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                bind(listener, UnixDomainSocketAddress.of(path));
                addresses.add(address);
                Files.setPosixFilePermissions(path, socketPermissions);
            }
            case NbdAddress.Tcp(String host, int port) -> {
                ServerSocketChannel listener = ServerSocketChannel.open();
                bind(listener, new InetSocketAddress(host, port));
                int chosen = ((InetSocketAddress) listener.getLocalAddress()).getPort();
                addresses.add(new NbdAddress.Tcp(host, chosen));
            }
        }
    }

    private void bind(ServerSocketChannel listener, SocketAddress address) throws IOException {
        try {
            listener.bind(address);
            listeners.add(listener);
        } catch (IOException failure) {
            listener.close();
            throw new IOException("Cannot listen on " + address + ": " + failure.getMessage(), failure);
        }
    }

    private void stopListening() {
        if (listeners.isEmpty()) {
            return;
        }
        for (ServerSocketChannel listener : listeners) {
            try {
                listener.close();
            } catch (IOException _) {
                // It listens no more in any case.
            }
        }
        listeners.clear();
        for (NbdAddress address : addresses) {
            if (address instanceof NbdAddress.Unix(Path path)) {
                try {
                    Files.deleteIfExists(path);
                } catch (IOException _) {
                    // Somebody has taken the folder away, or its permissions: the file is theirs now.
                }
            }
        }
    }

    private void startThread(String name, Runnable work) {
        threads++;
        Thread.ofVirtual().name(name).start(() -> {
            try {
                work.run();
            } finally {
                lock.lock();
                try {
                    threads--;
                    oneLess.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        });
    }

    private void accept(ServerSocketChannel listener, boolean tcp) {
        while (listener.isOpen()) {
            try {
                SocketChannel channel = listener.accept();
                boolean served = false;
                try {
                    served = serve(channel, tcp);
                } finally {
                    if (!served) {
                        channel.close();
                    }
                }
            } catch (IOException _) {
                // The client is gone again, the server is being closed, or there are too many open files: a tick of
                // rest keeps the last of these from using up a processor.
                rest();
            }
        }
    }

    private void rest() {
        try {
            closed.await(Patience.TICKS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean serve(SocketChannel channel, boolean tcp) throws IOException {
        lock.lock();
        try {
            if (closing || connections.size() >= settings.limits().connections()) {
                return false;
            }
            ServerConnection connection = new ServerConnection(settings, pool, pages, channel, tcp);
            connections.add(connection);
            Thread.ofVirtual().name("nbd-connection").start(() -> {
                try {
                    connection.run();
                } finally {
                    remove(connection);
                }
            });
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void remove(ServerConnection connection) {
        lock.lock();
        try {
            connections.remove(connection);
            oneLess.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void tick(Duration limit, boolean handshake) {
        long nanos = Patience.tickOf(limit).toNanos();
        try {
            while (!closed.await(nanos, TimeUnit.NANOSECONDS)) {
                List<ServerConnection> all;
                lock.lock();
                try {
                    all = List.copyOf(connections);
                } finally {
                    lock.unlock();
                }
                all.forEach(connection -> connection.tick(handshake));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
