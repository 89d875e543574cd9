package dev.lifeboat.vault.capture;

import dev.lifeboat.vault.disk.Fingerprints;
import dev.lifeboat.vault.disk.OrderedWork;
import dev.lifeboat.vault.disk.Spare;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.pack.Compression;
import dev.lifeboat.vault.pack.Digest128;
import dev.lifeboat.vault.pack.SlotAddress;
import dev.lifeboat.vault.pack.SlotKind;
import dev.lifeboat.vault.pack.SlotSealer;
import dev.lifeboat.vault.tree.Tree;
import dev.lifeboat.vault.tree.TreeNode;
import dev.lifeboat.vault.tree.TreeRoot;
import dev.lifeboat.vault.tree.TreeShape;
import dev.lifeboat.vault.tree.TreeUpdater;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The taking of all disks of one point. Blocks are stored as they come; the trees are written at the end, or as soon as
 * more changed leaves have come than shall wait in memory. For one calling thread, which uses several.
 */
public final class Capture implements AutoCloseable {

    /** 6 MiB of leaves. A point with fewer is one pack. */
    private static final int WAITING_LEAVES = 2048;

    private static final long ALL_BLOCKS = -1L;

    private final CaptureTools tools;
    private final PackPair packs;
    private final SlotSealer nodeSealer;
    private final OrderedWork<LeafCapture> work;
    private final List<Disk> disks = new ArrayList<>();
    private final List<Compression> compressions = Collections.synchronizedList(new ArrayList<>());
    private final Set<SessionId> sessions = new HashSet<>();
    private int waiting;
    private boolean blocksFollow = true;
    private boolean changed;
    private long readBytes;
    private long newBlocks;

    /** A disk that is being taken. */
    private final class Disk {
        private final TreeUpdater updater;
        private final Map<Long, TreeNode> changed = new LinkedHashMap<>();
        private long storedMore;

        Disk(Tree base, TreeShape shape) {
            this.updater = new TreeUpdater(base, shape, Capture.this::writeNode);
        }

        void flush() throws InterruptedException {
            for (Map.Entry<Long, TreeNode> leaf : changed.entrySet()) {
                updater.put(leaf.getKey(), leaf.getValue());
            }
            waiting -= changed.size();
            changed.clear();
        }
    }

    /**
     * What became of a disk.
     *
     * @param root of its new tree
     * @param storedMore how many stored blocks it has more than the tree before, as far as that was inside of the
     *     disk's size now
     */
    public record Taken(TreeRoot root, long storedMore) {}

    public Capture(CaptureTools tools) {
        this.tools = tools;
        this.packs = new PackPair(tools.ids(), tools.sink());
        this.nodeSealer = new SlotSealer(SlotKind.NODE, tools.vaultId(), tools.keys(), compression());
        this.work = new OrderedWork<>(
                tools.processors(),
                new Spare<>(
                        tools.processors(),
                        () -> new LeafCapture(
                                new Fingerprints(tools.fingerprintKey()),
                                new SlotSealer(SlotKind.BLOCK, tools.vaultId(), tools.keys(), compression()),
                                tools.known(),
                                packs.blocks())));
    }

    /**
     * Takes a disk. Its new tree is there after {@link #finish}.
     *
     * @param base its tree at the point before
     * @param baseSize its size then, in bytes
     * @param changed what may have changed since; null to look at all of it
     * @param progress hears of it, and may end it early
     * @return the offset before which everything was looked at: the disk's size, unless it was ended early
     * @throws IOException when the disk cannot be read, or changed meanwhile
     */
    public long take(
            Tree base, long baseSize, DiskSource source, @Nullable ChangedBlocks changed, CaptureProgress progress)
            throws IOException, InterruptedException {
        TreeShape shape = TreeShape.ofDisk(source.size());
        Disk disk = new Disk(base, shape);
        disks.add(disk);
        this.changed |= baseSize != source.size();
        Map<Long, Long> masks = changed == null ? Map.of() : changedBlocks(changed, baseSize, source.size());
        LeavesWhile leaves = new LeavesWhile(
                changed == null
                        ? LongStream.range(0, shape.leaves()).iterator()
                        : masks.keySet().iterator(),
                progress);
        work.run(
                () -> leaves,
                (worker, leaf) -> worker.capture(
                        source, leaf, disk.updater.leafBefore(leaf), masks.getOrDefault(leaf, ALL_BLOCKS)),
                (LeafChange change) -> {
                    accept(disk, change);
                    long end = (change.index() + 1) * TreeNode.FANOUT * Block.SIZE;
                    progress.reached(Math.min(end, source.size()), readBytes);
                });
        long reached = leaves.ended() ? leaves.next() * TreeNode.FANOUT * Block.SIZE : source.size();
        progress.reached(reached, readBytes);
        source.requireUnchanged();
        return reached;
    }

    /** A disk of another size has another last block, and new blocks that nobody reported. */
    private static Map<Long, Long> changedBlocks(ChangedBlocks changed, long baseSize, long size) {
        if (baseSize != size && size > 0) {
            long from = Math.min(Math.max(baseSize - 1, 0), size - 1);
            changed.add(from, size - from);
        }
        return changed.byLeaf();
    }

    private void accept(Disk disk, LeafChange change) throws InterruptedException {
        readBytes += change.readBytes();
        newBlocks += change.newBlocks();
        disk.storedMore += change.storedMore();
        if (!change.changed()) {
            return;
        }
        changed = true;
        sessions.addAll(change.sessions());
        disk.changed.put(change.index(), change.leaf());
        waiting++;
        if (waiting > WAITING_LEAVES) {
            for (Disk one : disks) {
                one.flush();
            }
        }
    }

    /**
     * Writes the trees and waits until everything is durable.
     *
     * @return what became of the disks, in the order in which they were taken
     */
    public List<Taken> finish() throws InterruptedException {
        blocksFollow = false;
        List<Taken> taken = new ArrayList<>();
        for (Disk disk : disks) {
            disk.flush();
            taken.add(new Taken(disk.updater.finish(), disk.storedMore));
        }
        packs.finish();
        return taken;
    }

    private SlotAddress writeNode(TreeNode node) throws InterruptedException {
        byte[] content = node.encode();
        Digest128 hash = node.hash();
        SlotAddress address = nodeSealer.seal(content, 0, content.length, hash, packs.nodes(blocksFollow));
        sessions.add(address.pack().session());
        tools.nodes().remember(address, node, hash);
        return address;
    }

    /** The sessions of the writer in whose packs the new trees have slots, as far as they were added now. */
    public Set<SessionId> sessions() {
        return Set.copyOf(sessions);
    }

    /** Whether any disk is not what it was taken on top of. */
    public boolean isChanged() {
        return changed;
    }

    /** How much was read of all disks, in bytes. */
    public long readBytes() {
        return readBytes;
    }

    /** How many blocks were not known in the vault. */
    public long newBlocks() {
        return newBlocks;
    }

    /** How many packs were stored. */
    public int packs() {
        return packs.packs();
    }

    /** How much the packs take, in bytes. */
    public long storedBytes() {
        return packs.storedBytes();
    }

    /** One more, to be closed with all: captures follow each other faster than memory is collected. */
    private Compression compression() {
        Compression compression = tools.compression().get();
        compressions.add(compression);
        return compression;
    }

    @Override
    public void close() {
        work.close();
        compressions.forEach(Compression::close);
        packs.close();
        tools.known().ended();
    }
}
