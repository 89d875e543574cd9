package dev.lifeboat.hypervisor;

import dev.lifeboat.nbd.Extent;
import dev.lifeboat.nbd.NbdExport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** A disk as it was at one moment. Remembers what was asked of it. Safe for use by several threads. */
public final class FrozenExport implements NbdExport {

    private static final int CLUSTER = DiskInMemory.CLUSTER_BYTES;

    private final String disk;
    private final byte[] content;
    private final @Nullable String changes;
    private final BitSet dirty;
    private final ConcurrentLinkedQueue<Range> reads = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Range> allocationQuestions = new ConcurrentLinkedQueue<>();
    private final Runnable firstRead;
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile int requestsBeforeFailure = Integer.MAX_VALUE;

    /** A range that was asked for, in bytes. */
    public record Range(long offset, long length) {}

    /** @param firstRead happens before the first read */
    FrozenExport(String disk, byte[] content, @Nullable String changes, BitSet dirty, Runnable firstRead) {
        this.firstRead = firstRead;
        this.disk = disk;
        this.content = content;
        this.changes = changes;
        this.dirty = dirty;
    }

    /** What was read of it. */
    public List<Range> reads() {
        return List.copyOf(reads);
    }

    /** Where it was asked what is allocated. */
    public List<Range> allocationQuestions() {
        return List.copyOf(allocationQuestions);
    }

    /** The content of that moment. */
    public byte[] content() {
        return content.clone();
    }

    /** Clusters that are told to have changed. */
    public BitSet dirty() {
        return (BitSet) dirty.clone();
    }

    void failAfterReads(int reads) {
        requestsBeforeFailure = reads;
    }

    @Override
    public String name() {
        return disk;
    }

    @Override
    public long size() {
        return content.length;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws java.io.IOException {
        if (!begun.getAndSet(true)) {
            firstRead.run();
        }
        reads.add(new Range(offset, into.remaining()));
        if (reads.size() > requestsBeforeFailure) {
            throw new java.io.IOException("the disk cannot be read");
        }
        into.put(content, (int) offset, into.remaining());
    }

    @Override
    public List<Extent> blockStatus(long offset, long length, boolean one) {
        allocationQuestions.add(new Range(offset, length));
        return extents(offset, length, cluster -> isZero(cluster) ? Extent.ZERO | Extent.HOLE : 0);
    }

    @Override
    public List<String> furtherContexts() {
        return changes == null ? List.of() : List.of(changes);
    }

    @Override
    public List<Extent> blockStatus(String context, long offset, long length, boolean one) {
        return extents(offset, length, cluster -> dirty.get(cluster) ? 1 : 0);
    }

    private boolean isZero(int cluster) {
        int end = Math.min(content.length, (cluster + 1) * CLUSTER);
        for (int i = cluster * CLUSTER; i < end; i++) {
            if (content[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private interface Flags {
        int of(int cluster);
    }

    private List<Extent> extents(long offset, long length, Flags flags) {
        List<Extent> extents = new ArrayList<>();
        long end = Math.min(content.length, offset + length);
        for (long at = offset; at < end; ) {
            long next = Math.min(end, (at / CLUSTER + 1) * CLUSTER);
            extents.add(new Extent(next - at, flags.of((int) (at / CLUSTER))));
            at = next;
        }
        return extents;
    }

    /** Whether every byte that was read lies in clusters of which this holds. */
    public boolean readOnly(IntPredicate clusters) {
        return reads.stream().allMatch(range -> {
            for (long at = range.offset() / CLUSTER; at * CLUSTER < range.offset() + range.length(); at++) {
                if (!clusters.test((int) at)) {
                    return false;
                }
            }
            return true;
        });
    }
}
