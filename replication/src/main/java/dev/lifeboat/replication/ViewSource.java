package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.FrozenView;
import dev.lifeboat.nbd.Allocation;
import dev.lifeboat.nbd.Extent;
import dev.lifeboat.nbd.NbdAddress;
import dev.lifeboat.nbd.NbdClient;
import dev.lifeboat.nbd.NbdConnections;
import dev.lifeboat.vault.capture.ChangedBlocks;
import dev.lifeboat.vault.capture.DiskSource;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.tree.TreeNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A disk of a frozen view. What changed is asked for on a connection of its own, so that nobody is asked what is
 * allocated where nothing changed: on a large disk that question alone would take minutes. Safe for use by several
 * threads.
 */
final class ViewSource implements DiskSource {

    /** More do not make QEMU faster. */
    private static final int CONNECTIONS = 4;

    /** What one connection has under way. */
    private static final int REQUESTS = 16;

    private static final long REQUEST_BYTES = 256 << 10;

    /** The status of a dirty bitmap in QEMU (docs/interop/nbd.rst): changed. */
    private static final int DIRTY = 1;

    private final Path socket;
    private final FrozenView.FrozenDisk disk;
    private final long size;
    private final ChangedBlocks wanted;
    private final ReadingPace pace;
    private @Nullable NbdConnections connections;

    /**
     * A disk of a frozen view; nobody connects to it before something is to be read.
     *
     * @param size as {@link #look} told
     * @param wanted which blocks will be looked at: about others nothing is asked
     * @param pace at which they are read
     */
    ViewSource(FrozenView view, FrozenView.FrozenDisk disk, long size, ChangedBlocks wanted, ReadingPace pace) {
        this.socket = view.socket();
        this.disk = disk;
        this.size = size;
        this.wanted = wanted;
        this.pace = pace;
    }

    /**
     * What is seen of a disk before it is read.
     *
     * @param size in bytes
     * @param changes since the checkpoint of the order; empty when none were asked for
     */
    record Look(long size, Optional<ChangedBlocks> changes) {}

    /**
     * Looks at a disk.
     *
     * @throws IOException when it cannot be found out what changed; nothing may be concluded then
     */
    static Look look(FrozenView view, FrozenView.FrozenDisk disk) throws IOException {
        NbdClient.Builder builder = NbdClient.to(NbdAddress.unix(view.socket())).export(disk.export());
        String context = disk.changes();
        if (context == null) {
            try (NbdClient asking = builder.connect()) {
                return new Look(asking.size(), Optional.empty());
            }
        }
        ChangedBlocks changes = new ChangedBlocks();
        try (NbdClient asking = builder.context(context).connect()) {
            if (!asking.contexts().contains(context)) {
                throw new IOException("%s does not tell what changed".formatted(disk.disk()));
            }
            long at = 0;
            for (Extent extent : statusOf(asking).getOrDefault(context, List.of())) {
                if ((extent.flags() & DIRTY) != 0) {
                    changes.add(at, extent.length());
                }
                at += extent.length();
            }
            return new Look(asking.size(), Optional.of(changes));
        }
    }

    private static Map<String, List<Extent>> statusOf(NbdClient disk) throws IOException {
        return disk.size() == 0 ? Map.of() : disk.wholeBlockStatus(0, disk.size());
    }

    private synchronized NbdConnections connections() throws IOException {
        NbdConnections open = connections;
        if (open == null) {
            open = NbdClient.to(NbdAddress.unix(socket))
                    .export(disk.export())
                    .context(Allocation.CONTEXT)
                    .inFlight(REQUESTS, REQUESTS * REQUEST_BYTES)
                    .connect(CONNECTIONS);
            connections = open;
        }
        return open;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        pace.awaitTurn(into.remaining());
        NbdConnections open = connections();
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        int begin = into.position();
        int length = into.remaining();
        IOException failure = null;
        try {
            for (int at = 0; at < length; at += (int) REQUEST_BYTES) {
                int step = (int) Math.min(REQUEST_BYTES, length - at);
                answers.add(open.readAsync(offset + at, into.slice(begin + at, step)));
            }
        } catch (IOException e) {
            failure = e;
        }
        // The buffer is in use until all have answered, however they do.
        for (CompletableFuture<Void> answer : answers) {
            try {
                answer.join();
            } catch (CompletionException e) {
                failure = failure == null ? new IOException(e.getCause()) : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
        into.position(into.limit());
    }

    @Override
    public boolean isHole(long offset, long length) throws IOException {
        return new Allocation(connections()).isZero(offset, length);
    }

    @Override
    public long dataBlocks(long offset, int blocks) throws IOException {
        long leafBytes = (long) TreeNode.FANOUT * Block.SIZE;
        int shift = (int) (offset % leafBytes / Block.SIZE);
        long inside = wanted.ofLeaf(offset / leafBytes) >>> shift;
        if (blocks < Long.SIZE) {
            inside &= (1L << blocks) - 1;
        }
        long data = 0;
        while (inside != 0) {
            int from = Long.numberOfTrailingZeros(inside);
            int to = from + Long.numberOfTrailingZeros(~(inside >>> from));
            long begin = offset + (long) from * Block.SIZE;
            long length = Math.min((long) (to - from) * Block.SIZE, size() - begin);
            data |= (new Allocation(connections()).dataBlocks(begin, length, Block.SIZE) << from) & runOf(from, to);
            inside &= to == Long.SIZE ? 0 : -1L << to;
        }
        return data;
    }

    private static long runOf(int from, int to) {
        return (-1L << from) & (-1L >>> (Long.SIZE - to));
    }

    @Override
    public synchronized void close() {
        NbdConnections open = connections;
        if (open != null) {
            open.close();
        }
    }
}
