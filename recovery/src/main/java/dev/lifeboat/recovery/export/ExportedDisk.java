package dev.lifeboat.recovery.export;

import dev.lifeboat.nbd.BlockSizes;
import dev.lifeboat.nbd.Extent;
import dev.lifeboat.nbd.NbdExport;
import dev.lifeboat.vault.store.TimeLimitedStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A disk that a guest runs on. Whatever needs the store is answered in bounded time, an error included; what is read is
 * counted and noted. Safe for use by several threads.
 */
final class ExportedDisk implements NbdExport {

    private final NbdExport disk;
    private final TimeLimitedStore store;
    private final Demand demand;
    private final BootTraceRecorder trace;
    private final LongAdder bytesRead;
    private final LongAdder failures;

    /** @param store the one that the disk is read from, below whatever caches */
    ExportedDisk(
            NbdExport disk,
            TimeLimitedStore store,
            Demand demand,
            BootTraceRecorder trace,
            LongAdder bytesRead,
            LongAdder failures) {
        this.disk = disk;
        this.store = store;
        this.demand = demand;
        this.trace = trace;
        this.bytesRead = bytesRead;
        this.failures = failures;
    }

    @Override
    public String name() {
        return disk.name();
    }

    @Override
    public String description() {
        return disk.description();
    }

    @Override
    public long size() {
        return disk.size();
    }

    @Override
    public BlockSizes blockSizes() {
        return disk.blockSizes();
    }

    @Override
    public boolean knowsItsZeroes() {
        return disk.knowsItsZeroes();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        int length = into.remaining();
        trace.read(disk.name(), offset, length);
        this.<Void, IOException>demanded(() -> {
            disk.read(offset, into);
            return null;
        });
        bytesRead.add(length);
    }

    @Override
    public List<Extent> blockStatus(long offset, long length, boolean one) throws IOException {
        return this.<List<Extent>, IOException>demanded(() -> disk.blockStatus(offset, length, one));
    }

    @Override
    public void cache(long offset, long length) throws IOException {
        disk.cache(offset, length);
    }

    private <R extends @Nullable Object, X extends Throwable> R demanded(ScopedValue.CallableOp<R, X> work) throws X {
        demand.begin();
        boolean done = false;
        try {
            R result = store.together(work);
            done = true;
            return result;
        } finally {
            demand.end();
            if (!done) {
                failures.increment();
            }
        }
    }
}
