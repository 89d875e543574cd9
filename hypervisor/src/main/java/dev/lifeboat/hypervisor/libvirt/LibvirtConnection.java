package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.HypervisorEvent;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.model.Timekeeper;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The connection to a libvirtd, made again in the background whenever it is lost. Safe for use by several threads.
 *
 * <p>The connection itself carries events. Each call has another of its own for as long as it takes, and leaves it to
 * the next. libvirt's library takes the calls of several threads over one connection, but now and then one of them is
 * not even sent until another's is answered (seen with 9.0.0), and a guest's agent may take long to answer. As many are
 * open as calls were ever under way at once, which {@link Lanes} bounds.
 *
 * <p>A libvirtd that hangs is found out by libvirt's keepalive, after which every call under way fails.
 */
final class LibvirtConnection implements AutoCloseable {

    /** Seconds between two signs of life, and how many may be missing: a hung libvirtd is left after some 20 s. */
    private static final int KEEP_ALIVE_SECONDS = 5;

    private static final int KEEP_ALIVE_MISSING = 3;

    /** A libvirtd that is restarted is back within a second or two. */
    private static final Duration TRY_AGAIN = Duration.ofMillis(500);

    /** How long the first connection is waited for before calls begin to fail. */
    private static final Duration FIRST_LIMIT = Duration.ofSeconds(10);

    /** How long the thread that connects may take to notice the end. */
    private static final Duration END_LIMIT = Duration.ofSeconds(2);

    private final LibvirtLibrary library;
    private final String address;
    private final LibvirtEvents events;
    private final Timekeeper time;
    private final Thread connecting;
    private final CountDownLatch firstAttempt = new CountDownLatch(1);
    private final AtomicReference<String> complaint = new AtomicReference<>("not connected yet");

    private volatile String host;
    private volatile @Nullable QemuAccount account;
    private final Deque<MemorySegment> idle = new ArrayDeque<>();
    private @Nullable MemorySegment current;
    private boolean closed;

    LibvirtConnection(LibvirtLibrary library, String address, LibvirtEvents events, Timekeeper time) {
        this.library = library;
        this.address = address;
        this.events = events;
        this.time = time;
        this.host = address;
        this.connecting =
                Thread.ofPlatform().daemon().name("libvirt-connection").unstarted(this::keepConnected);
    }

    /** Begins to connect, and waits for the outcome of the first attempt. */
    void start() {
        connecting.start();
        try {
            firstAttempt.await(FIRST_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The name of the host, as it said when it was last connected; before that its address. */
    String host() {
        return host;
    }

    /**
     * The account that machines run under, asked for once per connection: libvirt takes a second to tell its
     * capabilities, which a capture of several machines at one moment does not have.
     */
    QemuAccount account(MemorySegment pointer) throws LibvirtFailure {
        QemuAccount known = account;
        if (known == null) {
            known = askForAccount(pointer);
            account = known;
        }
        return known;
    }

    private QemuAccount askForAccount(MemorySegment pointer) throws LibvirtFailure {
        return QemuAccount.of(library.text(LibvirtCall.CONNECT_GET_CAPABILITIES, pointer));
    }

    /** A connection for one call; the pointer stays good until the lease is closed, even if the connection is lost. */
    final class Lease implements AutoCloseable {

        private final MemorySegment pointer;

        private Lease(MemorySegment pointer) {
            this.pointer = pointer;
        }

        MemorySegment pointer() {
            return pointer;
        }

        /** The failure of a call over this connection in the port's words. */
        HypervisorException explain(LibvirtFailure failure) {
            if (isAlive(pointer)) {
                return failure.inWordsOfThePort();
            }
            return new HypervisorException(
                    Kind.UNREACHABLE, "the connection to libvirt was lost: " + failure.getMessage(), failure);
        }

        @Override
        public void close() {
            giveBack(pointer);
        }
    }

    /**
     * Makes sure that there is a connection; does not wait for one.
     *
     * @throws HypervisorException with {@link Kind#UNREACHABLE} while there is none
     */
    synchronized void mustBeThere() throws HypervisorException {
        MemorySegment pointer = current;
        if (pointer == null || !isAlive(pointer)) {
            throw unreachable();
        }
    }

    private HypervisorException unreachable() {
        return new HypervisorException(
                Kind.UNREACHABLE, "no connection to libvirt at %s: %s".formatted(address, complaint.get()));
    }

    /**
     * A connection for a call.
     *
     * @throws HypervisorException with {@link Kind#UNREACHABLE} while there is none to be had
     */
    Lease lease() throws HypervisorException {
        mustBeThere();
        MemorySegment pointer = takeIdle();
        if (pointer != null) {
            return new Lease(pointer);
        }
        try {
            return new Lease(openQuietly());
        } catch (LibvirtFailure e) {
            complaint.set(String.valueOf(e.getMessage()));
            throw unreachable();
        }
    }

    private synchronized @Nullable MemorySegment takeIdle() {
        MemorySegment pointer = idle.poll();
        while (pointer != null && !isAlive(pointer)) {
            library.release(LibvirtCall.CONNECT_CLOSE, pointer);
            pointer = idle.poll();
        }
        return pointer;
    }

    private synchronized void giveBack(MemorySegment pointer) {
        if (!closed && isAlive(pointer)) {
            idle.push(pointer);
        } else {
            library.release(LibvirtCall.CONNECT_CLOSE, pointer);
        }
    }

    private boolean isAlive(MemorySegment pointer) {
        try {
            return library.number(LibvirtCall.CONNECT_IS_ALIVE, pointer) == 1;
        } catch (LibvirtFailure e) {
            return false;
        }
    }

    private void keepConnected() {
        boolean before = false;
        try {
            while (!isClosed()) {
                MemorySegment opened = open();
                if (opened == null) {
                    firstAttempt.countDown();
                    time.pause(TRY_AGAIN);
                    continue;
                }
                adopt(opened);
                openOneForCalls();
                firstAttempt.countDown();
                if (before) {
                    events.tell(new HypervisorEvent.Reconnected());
                }
                before = true;
                learnAccount(opened);
                awaitLoss(opened);
                leave(opened);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            MemorySegment last = current();
            if (last != null) {
                leave(last);
            }
        }
    }

    /** One that says nothing by itself. */
    private MemorySegment openQuietly() throws LibvirtFailure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment opened = library.pointer(LibvirtCall.CONNECT_OPEN, arena.allocateFrom(address));
            try {
                library.number(LibvirtCall.CONNECT_SET_KEEP_ALIVE, opened, KEEP_ALIVE_SECONDS, KEEP_ALIVE_MISSING);
                return opened;
            } catch (LibvirtFailure e) {
                library.release(LibvirtCall.CONNECT_CLOSE, opened);
                throw e;
            }
        }
    }

    /** One that carries events. */
    private @Nullable MemorySegment open() {
        try {
            MemorySegment opened = openQuietly();
            try {
                events.listenTo(opened);
                host = library.text(LibvirtCall.CONNECT_GET_HOSTNAME, opened);
                return opened;
            } catch (LibvirtFailure e) {
                events.ignore(opened);
                library.release(LibvirtCall.CONNECT_CLOSE, opened);
                throw e;
            }
        } catch (LibvirtFailure e) {
            complaint.set(String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** A libvirtd that hangs is found out on a connection that is open, not on one that is being made. */
    private void openOneForCalls() {
        try {
            giveBack(openQuietly());
        } catch (LibvirtFailure e) {
            // Whoever calls opens one, and is told.
        }
    }

    /** Beforehand, while nobody waits for it; until then the account of the connection before is as good as any. */
    private void learnAccount(MemorySegment opened) {
        try {
            account = askForAccount(opened);
        } catch (LibvirtFailure e) {
            // Asked again by whoever needs it, who is told.
        }
    }

    /** The library knows by its own event loop when the connection is gone; asking it costs nothing. */
    private void awaitLoss(MemorySegment opened) throws InterruptedException {
        while (!isClosed() && isAlive(opened)) {
            time.pause(TRY_AGAIN);
        }
        complaint.set("the connection was lost");
    }

    private synchronized void adopt(MemorySegment opened) {
        current = opened;
    }

    private synchronized @Nullable MemorySegment current() {
        return current;
    }

    private void leave(MemorySegment opened) {
        synchronized (this) {
            current = null;
            idle.forEach(pointer -> library.release(LibvirtCall.CONNECT_CLOSE, pointer));
            idle.clear();
        }
        events.ignore(opened);
        library.release(LibvirtCall.CONNECT_CLOSE, opened);
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        connecting.interrupt();
        try {
            // A libvirtd that hangs holds the thread for as long as it hangs; it ends by itself then.
            connecting.join(END_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
