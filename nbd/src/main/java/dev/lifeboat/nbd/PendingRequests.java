package dev.lifeboat.nbd;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a client that are under way, by their cookies. It lets only so many begin, and after the connection
 * has failed none. Safe for several threads.
 */
final class PendingRequests {

    private final Map<Long, PendingRequest> requests = new ConcurrentHashMap<>();
    private final AtomicLong cookies = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final int mostRequests;
    private final long mostBytes;
    private int running;
    private long bytes;
    private @Nullable NbdException failure;

    PendingRequests(int mostRequests, long mostBytes) {
        this.mostRequests = mostRequests;
        this.mostBytes = mostBytes;
    }

    /**
     * Lets a request begin, as soon as there is room.
     *
     * @return its cookie
     */
    long begin(PendingRequest request) throws NbdException {
        long cost = costOf(request);
        lock.lock();
        try {
            // One request may always run, however long it is.
            while (failure == null && running > 0 && (running >= mostRequests || bytes + cost > mostBytes)) {
                room.awaitUninterruptibly();
            }
            if (failure != null) {
                throw failure.again();
            }
            running++;
            bytes += cost;
            long cookie = cookies.incrementAndGet();
            requests.put(cookie, request);
            return cookie;
        } finally {
            lock.unlock();
        }
    }

    PendingRequest of(long cookie) throws NbdException {
        PendingRequest request = requests.get(cookie);
        if (request == null) {
            throw NbdException.broken("a reply is for a request that nobody made, or that has been answered");
        }
        return request;
    }

    /** Its last chunk has come. */
    void answered(long cookie) throws NbdException {
        PendingRequest request = of(cookie);
        requests.remove(cookie);
        end(request);
        request.complete();
    }

    boolean isEmpty() {
        return requests.isEmpty();
    }

    /** Counts a tick for each request, and gives one that is overdue. */
    @Nullable
    PendingRequest tick() {
        PendingRequest late = null;
        for (PendingRequest request : requests.values()) {
            if (request.tick()) {
                late = request;
            }
        }
        return late;
    }

    /** No further request begins. The first failure counts, and is returned. */
    NbdException fail(NbdException cause) {
        lock.lock();
        try {
            if (failure == null) {
                failure = cause;
                room.signalAll();
            }
            return failure;
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    NbdException failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /** Answers everything that is under way with the failure. To be called once no reply is read any more. */
    void failAll(NbdException cause) {
        NbdException counted = fail(cause);
        for (Long cookie : List.copyOf(requests.keySet())) {
            PendingRequest request = requests.remove(cookie);
            if (request != null) {
                end(request);
                request.failed(counted);
                request.complete();
            }
        }
    }

    private void end(PendingRequest request) {
        lock.lock();
        try {
            running--;
            bytes -= costOf(request);
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The bytes that a request keeps in memory, on either side. */
    private static long costOf(PendingRequest request) {
        return request.command == Protocol.CMD_READ || request.command == Protocol.CMD_WRITE ? request.length : 0;
    }
}
