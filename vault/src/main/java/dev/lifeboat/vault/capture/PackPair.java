package dev.lifeboat.vault.capture;

import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.pack.PackSink;
import dev.lifeboat.vault.pack.PackWriter;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The packs of a point. The nodes of a small point go behind its blocks, so that it is one pack; those of a large one
 * go to packs of their own. Either way the nodes of a pack lie together. For one thread, but for the writing of blocks.
 */
final class PackPair implements AutoCloseable {

    /** One is filled while two are on their way. */
    private static final int BLOCK_BUFFERS = 3;

    private static final int NODE_PACK_BYTES = 8 << 20;
    private static final int NODE_BUFFERS = 2;

    private final Supplier<PackId> ids;
    private final PackSink sink;
    private final PackWriter blocks;
    private @Nullable PackWriter nodes;

    PackPair(Supplier<PackId> ids, PackSink sink) {
        this.ids = ids;
        this.sink = sink;
        this.blocks = new PackWriter(ids, sink, PackWriter.STANDARD_BYTES, BLOCK_BUFFERS);
    }

    /** Where blocks go. */
    PackWriter blocks() {
        return blocks;
    }

    /**
     * Where nodes go.
     *
     * @param blocksFollow whether further blocks will be written
     */
    PackWriter nodes(boolean blocksFollow) {
        PackWriter own = nodes;
        if (own == null && blocksFollow) {
            own = new PackWriter(ids, sink, NODE_PACK_BYTES, NODE_BUFFERS);
            nodes = own;
        }
        return own == null ? blocks : own;
    }

    void finish() throws InterruptedException {
        blocks.finish();
        PackWriter own = nodes;
        if (own != null) {
            own.finish();
        }
    }

    int packs() {
        PackWriter own = nodes;
        return blocks.packs() + (own == null ? 0 : own.packs());
    }

    long storedBytes() {
        PackWriter own = nodes;
        return blocks.storedBytes() + (own == null ? 0 : own.storedBytes());
    }

    @Override
    public void close() {
        blocks.close();
        PackWriter own = nodes;
        if (own != null) {
            own.close();
        }
    }
}
