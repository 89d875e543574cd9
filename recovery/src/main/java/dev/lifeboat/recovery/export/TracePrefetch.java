package dev.lifeboat.recovery.export;

import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.export.BootTrace.Run;
import dev.lifeboat.vault.disk.DiskReader;
import dev.lifeboat.vault.pack.Block;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the blocks of a boot trace into the local cache, in the order of the trace, before the guest asks for them. A
 * few threads do it, and each steps back for a moment while a client waits. What cannot be fetched is left to whoever
 * asks for it.
 */
final class TracePrefetch implements AutoCloseable {

    /** A slow link is waited for by several at once; more would take it away from the guest. */
    private static final int THREADS = 3;

    /** What is fetched between two looks at whether a client waits: 1 MiB, which a slow link brings in 40 ms. */
    private static final int PIECE_BLOCKS = 16;

    /** A guest that reads all the time shall not stop the prefetch for good: it knows better what comes next. */
    private static final Duration COURTESY = Duration.ofMillis(20);

    /** So many failures are no accident: the store is away, or the trace is of another disk. */
    private static final int MOST_FAILURES = 8;

    private static final Logger LOG = LoggerFactory.getLogger(TracePrefetch.class);

    private final Map<String, DiskReader> disks;
    private final Demand demand;
    private final List<Run> pieces;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * @param disks by their names, with readers that nobody else uses: what they keep in memory is of no use to them
     */
    TracePrefetch(BootTrace trace, Map<String, DiskReader> disks, Demand demand) {
        this.disks = Map.copyOf(disks);
        this.demand = demand;
        this.pieces = pieces(trace, this.disks);
    }

    private static List<Run> pieces(BootTrace trace, Map<String, DiskReader> disks) {
        List<Run> pieces = new ArrayList<>();
        for (Run run : trace.runs()) {
            DiskReader disk = disks.get(run.disk());
            long blocks = disk == null ? 0 : Block.count(disk.size());
            long end = Math.min(run.first() + run.blocks(), blocks);
            for (long at = run.first(); at < end; at += PIECE_BLOCKS) {
                pieces.add(new Run(run.disk(), at, (int) Math.min(PIECE_BLOCKS, end - at)));
            }
        }
        return List.copyOf(pieces);
    }

    /** Begins, once. */
    void start() {
        for (int i = 0; i < THREADS && i < pieces.size(); i++) {
            threads.add(Thread.ofPlatform().daemon().name("trace-", i).start(this::work));
        }
    }

    /** How many pieces there are. */
    int pieces() {
        return pieces.size();
    }

    /** How many of them are there, or could not be fetched. */
    int done() {
        return done.get();
    }

    private void work() {
        ByteBuffer scratch = ByteBuffer.allocate(PIECE_BLOCKS * Block.SIZE);
        try {
            for (int i = next.getAndIncrement(); i < pieces.size(); i = next.getAndIncrement()) {
                demand.awaitIdle(COURTESY);
                boolean fetched = fetch(pieces.get(i), scratch);
                done.incrementAndGet();
                if (!fetched && failures.incrementAndGet() >= MOST_FAILURES) {
                    next.set(pieces.size());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean fetch(Run piece, ByteBuffer scratch) throws InterruptedException {
        DiskReader disk = disks.get(piece.disk());
        if (disk == null) {
            return false;
        }
        long offset = piece.first() * Block.SIZE;
        long length = Math.min((long) piece.blocks() * Block.SIZE, disk.size() - offset);
        try {
            disk.read(offset, scratch.clear().limit((int) length));
            return true;
        } catch (LifeboatException e) {
            LOG.warn("A part of the boot trace could not be fetched: {}", e.getMessage());
            return false;
        }
    }

    /** Stops. What is being fetched at this moment is fetched. */
    @Override
    public void close() {
        next.set(pieces.size());
        threads.forEach(Thread::interrupt);
    }
}
