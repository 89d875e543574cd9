package dev.lifeboat.hypervisor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** A file of a host in memory that a disk is kept in, which may lie over another. Guarded by its host. */
public final class ImageInMemory implements BackingInMemory {

    private static final int CLUSTER = DiskInMemory.CLUSTER_BYTES;

    private final String name;
    private final BitSet allocated = new BitSet();
    private byte[] content;
    private @Nullable BackingInMemory beneath;

    private ImageInMemory(String name, int size, @Nullable BackingInMemory beneath) {
        this.name = name;
        this.content = new byte[size];
        this.beneath = beneath;
    }

    /** An image with nothing beneath. */
    static ImageInMemory alone(String name, int size) {
        return new ImageInMemory(name, size, null);
    }

    static ImageInMemory over(Path file, BackingInMemory beneath) {
        return new ImageInMemory(file.toString(), beneath.size(), beneath);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return content.length;
    }

    @Nullable
    BackingInMemory beneath() {
        return beneath;
    }

    /** The clusters that it has itself. */
    public BitSet allocated() {
        return (BitSet) allocated.clone();
    }

    @Override
    public void read(int offset, ByteBuffer into) throws IOException {
        int end = offset + into.remaining();
        for (int at = offset; at < end; ) {
            int next = Math.min(end, (at / CLUSTER + 1) * CLUSTER);
            ByteBuffer part = into.slice(into.position(), next - at);
            BackingInMemory below = beneath;
            if (below == null || allocated.get(at / CLUSTER)) {
                part.put(content, at, next - at);
            } else {
                below.read(at, part);
            }
            into.position(into.position() + next - at);
            at = next;
        }
    }

    void write(int offset, byte[] bytes) {
        int first = offset / CLUSTER;
        int last = (offset + bytes.length - 1) / CLUSTER;
        take(first);
        take(last);
        System.arraycopy(bytes, 0, content, offset, bytes.length);
        allocated.set(first, last + 1);
    }

    /** Takes a cluster from beneath, unless it has it. */
    private void take(int cluster) {
        BackingInMemory below = beneath;
        if (below == null || allocated.get(cluster)) {
            return;
        }
        int from = cluster * CLUSTER;
        ByteBuffer piece = ByteBuffer.wrap(content, from, Math.min(CLUSTER, content.length - from));
        try {
            below.read(from, piece);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        allocated.set(cluster);
    }

    /**
     * Takes some clusters from beneath.
     *
     * @return whether it has all of them now
     */
    boolean pull(int clusters) {
        int all = clusters();
        int next = allocated.nextClearBit(0);
        for (int taken = 0; taken < clusters && next < all; taken++) {
            take(next);
            next = allocated.nextClearBit(next);
        }
        if (next >= all) {
            beneath = null;
            return true;
        }
        return false;
    }

    int clusters() {
        return (content.length + CLUSTER - 1) / CLUSTER;
    }

    /** Writes what it has itself to another. */
    void commitTo(ImageInMemory other) {
        allocated.stream().forEach(cluster -> {
            int from = cluster * CLUSTER;
            other.write(from, Arrays.copyOfRange(content, from, Math.min(content.length, from + CLUSTER)));
        });
    }

    void resize(int size) {
        content = Arrays.copyOf(content, size);
    }

    /** All that a reader sees. */
    byte[] all() {
        if (beneath == null) {
            return content;
        }
        ByteBuffer whole = ByteBuffer.allocate(content.length);
        try {
            read(0, whole);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return whole.array();
    }
}
