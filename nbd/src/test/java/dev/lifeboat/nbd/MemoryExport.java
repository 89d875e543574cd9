package dev.lifeboat.nbd;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A disk in memory that knows which of its pages are zero. Safe for several threads. */
final class MemoryExport implements NbdExport {

    static final int PAGE = 512;

    final AtomicInteger flushes = new AtomicInteger();
    final AtomicInteger statusQuestions = new AtomicInteger();
    private final String name;
    private final byte[] content;
    private final BlockSizes sizes;
    private final boolean writable;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    MemoryExport(String name, int size) {
        this(name, size, BlockSizes.DEFAULT, true);
    }

    MemoryExport(String name, int size, BlockSizes sizes, boolean writable) {
        this.name = name;
        this.content = new byte[size];
        this.sizes = sizes;
        this.writable = writable;
    }

    byte[] content() {
        return content;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return "memory of " + name;
    }

    @Override
    public long size() {
        return content.length;
    }

    @Override
    public boolean writable() {
        return writable;
    }

    @Override
    public BlockSizes blockSizes() {
        return sizes;
    }

    @Override
    public boolean knowsItsZeroes() {
        return true;
    }

    @Override
    public boolean zeroesAreFast() {
        return true;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        lock.readLock().lock();
        try {
            into.put(content, (int) offset, into.remaining());
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void write(long offset, ByteBuffer from, boolean fua) {
        lock.writeLock().lock();
        try {
            from.get(content, (int) offset, from.remaining());
        } finally {
            lock.writeLock().unlock();
        }
        if (fua) {
            flush();
        }
    }

    @Override
    public void writeZeroes(long offset, long length, boolean punchHole, boolean fua) {
        lock.writeLock().lock();
        try {
            Arrays.fill(content, (int) offset, (int) (offset + length), (byte) 0);
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public void trim(long offset, long length, boolean fua) {
        writeZeroes(offset, length, true, fua);
    }

    @Override
    public void flush() {
        flushes.incrementAndGet();
    }

    @Override
    public List<Extent> blockStatus(long offset, long length, boolean one) {
        statusQuestions.incrementAndGet();
        List<Extent> extents = new ArrayList<>();
        lock.readLock().lock();
        try {
            for (int at = (int) offset, end = (int) (offset + length); at < end; ) {
                int next = Math.min(content.length, (at / PAGE + 1) * PAGE);
                boolean zero = Arrays.equals(content, at, next, new byte[next - at], 0, next - at);
                extents.add(new Extent(next - at, zero ? Extent.ZERO | Extent.HOLE : 0));
                at = next;
            }
        } finally {
            lock.readLock().unlock();
        }
        return extents;
    }
}
