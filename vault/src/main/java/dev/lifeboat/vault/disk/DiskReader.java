package dev.lifeboat.vault.disk;

import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.tree.Tree;
import dev.lifeboat.vault.tree.TreeNode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Random access to a disk of a point. Blocks read last are kept in memory; who reads on where another reading ended has
 * the blocks behind fetched ahead. Safe for use by several threads: a block that two of them want is fetched once.
 */
public final class DiskReader {

    /** 32 MiB of blocks, whatever the disk's size. */
    public static final int KEPT_BLOCKS = 512;

    /** Two runs being read and two ahead of them. With fewer, what is fetched ahead would be gone when it is wanted. */
    public static final int LEAST_KEPT_BLOCKS = 64;

    /** What is fetched at once: a run of 1 MiB. */
    private static final int RUN_BLOCKS = 16;

    /** How many sequential readings are told apart. */
    private static final int STREAMS = 16;

    private final Tree tree;
    private final long size;
    private final Spare<BlockOpener> openers;
    private final Executor ahead;
    private final int keptBlocks;
    private final long[] streamEnds = new long[STREAMS];
    private int nextStream;
    private final Map<Long, Kept> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Kept> eldest) {
            return size() > keptBlocks;
        }
    };

    /** A block that is there, or will be once its run has been fetched. It does not hold on to its neighbours. */
    private static final class Kept {
        final CompletableFuture<byte[]> content = new CompletableFuture<>();
        volatile @Nullable Run run;
    }

    /** Neighbouring blocks that are fetched together, by whoever comes first. */
    private final class Run implements Runnable {
        private final long first;
        private List<Kept> blocks = new ArrayList<>();
        private final AtomicBoolean begun = new AtomicBoolean();

        Run(long first) {
            this.first = first;
        }

        @Override
        public void run() {
            if (!begun.compareAndSet(false, true)) {
                return;
            }
            try {
                byte[][] contents = fetch(first, blocks.size());
                for (int i = 0; i < contents.length; i++) {
                    blocks.get(i).run = null;
                    blocks.get(i).content.complete(contents[i]);
                }
            } catch (RuntimeException | Error e) {
                // Only who waits already hears of it: what failed may succeed when it is asked for again.
                forget(this);
                blocks.forEach(block -> block.content.completeExceptionally(e));
            } finally {
                // It may stand in the queue of who fetches ahead for long after somebody else has done its work.
                blocks = List.of();
            }
        }
    }

    /** What the bytes of a disk are made of. */
    @FunctionalInterface
    public interface Extents {

        /** So many bytes that are all stored, or all zero. */
        void extent(long length, boolean stored);
    }

    /**
     * A reader of a disk.
     *
     * @param size of the disk, in bytes
     * @param ahead runs what is fetched before anybody asks for it, such as {@link ReadAhead#threads}
     * @param keptBlocks how many blocks are kept in memory, at least {@link #LEAST_KEPT_BLOCKS}
     */
    public DiskReader(Tree tree, long size, Spare<BlockOpener> openers, Executor ahead, int keptBlocks) {
        if (keptBlocks < LEAST_KEPT_BLOCKS) {
            throw new IllegalArgumentException("%d blocks are too few".formatted(keptBlocks));
        }
        this.tree = tree;
        this.size = size;
        this.openers = openers;
        this.ahead = ahead;
        this.keptBlocks = keptBlocks;
    }

    /** Of the disk, in bytes. */
    public long size() {
        return size;
    }

    /**
     * Fills a buffer from an offset on.
     *
     * @throws IndexOutOfBoundsException when the range is not inside of the disk
     * @throws dev.lifeboat.model.LifeboatException when something is missing or damaged
     */
    public void read(long offset, ByteBuffer into) throws InterruptedException {
        if (offset < 0 || into.remaining() > size - offset) {
            throw new IndexOutOfBoundsException(
                    "%d bytes at %d of a disk of %d".formatted(into.remaining(), offset, size));
        }
        if (!into.hasRemaining()) {
            return;
        }
        long end = offset + into.remaining();
        boolean sequential = followsOn(offset, end);
        long first = offset / Block.SIZE;
        long last = (end - 1) / Block.SIZE;
        List<Run> missing = new ArrayList<>();
        Kept[] blocks = want(first, last, missing);
        if (sequential) {
            fetchAhead(last + 1);
        }
        missing.forEach(Run::run);
        long at = offset;
        for (long block = first; block <= last; block++) {
            int from = (int) (at - block * Block.SIZE);
            int length = (int) Math.min(Block.SIZE - from, end - at);
            copy(blocks[(int) (block - first)], from, length, into);
            at += length;
        }
    }

    /** Fetches what will be asked for soon. */
    public void prefetch(long offset, long length) {
        long last = Math.min(offset + Math.min(length, (long) keptBlocks / 4 * Block.SIZE), size);
        List<Run> missing = new ArrayList<>();
        if (offset < last) {
            want(offset / Block.SIZE, (last - 1) / Block.SIZE, missing);
        }
        runAhead(missing);
    }

    /**
     * Tells which parts of a range are stored, in order, without reading them.
     *
     * @throws IndexOutOfBoundsException when the range is not inside of the disk
     */
    public void extents(long offset, long length, Extents extents) {
        if (offset < 0 || length < 0 || length > size - offset) {
            throw new IndexOutOfBoundsException("%d bytes at %d of a disk of %d".formatted(length, offset, size));
        }
        long end = offset + length;
        long at = offset;
        long pending = 0;
        boolean pendingStored = false;
        TreeNode leaf = null;
        while (at < end) {
            long block = at / Block.SIZE;
            long until = Math.min(end, (block + 1) * Block.SIZE);
            if (leaf == null || entryOf(block) == 0) {
                leaf = leafOf(block);
            }
            boolean stored = leaf.isStored(entryOf(block));
            if (stored != pendingStored && pending > 0) {
                extents.extent(pending, pendingStored);
                pending = 0;
            }
            pendingStored = stored;
            pending += until - at;
            at = until;
        }
        if (pending > 0) {
            extents.extent(pending, pendingStored);
        }
    }

    private static void copy(Kept block, int from, int length, ByteBuffer into) throws InterruptedException {
        Run run = block.run;
        if (run != null) {
            // Unless somebody is at it already: then this does nothing, and the next line waits.
            run.run();
        }
        byte[] content;
        try {
            content = block.content.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        }
        if (content.length == 0) {
            into.put(into.position(), new byte[length]).position(into.position() + length);
        } else {
            into.put(content, from, length);
        }
    }

    private void forget(Run failed) {
        synchronized (kept) {
            kept.values().removeIf(one -> one.run == failed);
        }
    }

    /** Who is asked ahead may refuse: whoever comes for the blocks fetches them then. */
    private void runAhead(List<Run> runs) {
        for (Run run : runs) {
            try {
                ahead.execute(run);
            } catch (RejectedExecutionException e) {
                return;
            }
        }
    }

    private void fetchAhead(long block) {
        long blocks = Block.count(size);
        List<Run> missing = new ArrayList<>();
        if (block < blocks) {
            want(block, Math.min(block + 2 * RUN_BLOCKS, blocks) - 1, missing);
        }
        runAhead(missing);
    }

    /** Finds or begins what holds these blocks. What was begun has to be run. */
    private Kept[] want(long first, long last, List<Run> begun) {
        Kept[] wanted = new Kept[(int) (last - first + 1)];
        synchronized (kept) {
            long block = first;
            while (block <= last) {
                Kept there = kept.get(block);
                if (there != null) {
                    wanted[(int) (block - first)] = there;
                    block++;
                    continue;
                }
                int count = missingFrom(block, last);
                Run run = new Run(block);
                begun.add(run);
                for (int i = 0; i < count; i++) {
                    Kept one = new Kept();
                    one.run = run;
                    run.blocks.add(one);
                    wanted[(int) (block - first) + i] = one;
                    kept.put(block + i, one);
                }
                block += count;
            }
        }
        return wanted;
    }

    /** A run stays in its leaf, and is not longer than a run may be. */
    private int missingFrom(long block, long last) {
        long limit = Math.min(last, block | (RUN_BLOCKS - 1));
        int count = 1;
        while (block + count <= limit && !kept.containsKey(block + count)) {
            count++;
        }
        return count;
    }

    private byte[][] fetch(long first, int count) {
        TreeNode leaf = leafOf(first);
        int from = entryOf(first);
        byte[][] blocks = new byte[count][];
        for (int i = 0; i < count; i++) {
            blocks[i] = leaf.isStored(from + i) ? new byte[Block.SIZE] : new byte[0];
        }
        BlockOpener opener = openers.take();
        try {
            opener.read(leaf, first - from, size, from, from + count, blocks);
            return blocks;
        } finally {
            openers.giveBack(opener);
        }
    }

    private TreeNode leafOf(long block) {
        return tree.leaf(block / TreeNode.FANOUT);
    }

    private static int entryOf(long block) {
        return (int) (block % TreeNode.FANOUT);
    }

    private boolean followsOn(long offset, long end) {
        synchronized (streamEnds) {
            for (int stream = 0; stream < STREAMS; stream++) {
                if (streamEnds[stream] == offset && offset > 0) {
                    streamEnds[stream] = end;
                    return true;
                }
            }
            streamEnds[nextStream] = end;
            nextStream = (nextStream + 1) % STREAMS;
            return false;
        }
    }
}
