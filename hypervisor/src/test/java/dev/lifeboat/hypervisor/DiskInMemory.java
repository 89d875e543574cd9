package dev.lifeboat.hypervisor;

import dev.lifeboat.hypervisor.CheckpointState.Tracking;
import dev.lifeboat.hypervisor.DiskDescription.TrackingKind;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A disk that is an array, with its tracking: for each checkpoint the clusters that were written since. Guarded by its
 * host.
 */
public final class DiskInMemory {

    /** What tracking goes by, as QEMU's does. */
    public static final int CLUSTER_BYTES = 64 << 10;

    private final String name;
    private final TrackingKind kind;
    private final Map<CheckpointName, Bitmap> bitmaps = new LinkedHashMap<>();
    private byte[] content;
    private @Nullable String notCovered;

    /** What is known of the writes since a checkpoint. */
    private static final class Bitmap {
        private final BitSet dirty = new BitSet();

        /** Whether it was written to the disk's own file; what was not is gone with the machine's process. */
        private boolean stored;

        private Tracking tracking = Tracking.INTACT;
    }

    DiskInMemory(String name, int size, TrackingKind kind) {
        this.name = name;
        this.kind = kind;
        this.content = new byte[size];
    }

    String name() {
        return name;
    }

    byte[] content() {
        return content;
    }

    /** Says that it cannot be protected. */
    void exclude(String why) {
        notCovered = why;
    }

    boolean covered() {
        return notCovered == null;
    }

    DiskDescription describe() {
        return new DiskDescription(
                name,
                "virtio",
                content.length,
                kind == TrackingKind.PERSISTENT ? "qcow2" : "raw",
                "/images/" + name,
                kind,
                Optional.ofNullable(notCovered));
    }

    void write(int offset, byte[] bytes) {
        System.arraycopy(bytes, 0, content, offset, bytes.length);
        touched(offset, bytes.length);
    }

    private void touched(int offset, int length) {
        int last = (offset + length - 1) / CLUSTER_BYTES;
        bitmaps.values().forEach(bitmap -> bitmap.dirty.set(offset / CLUSTER_BYTES, last + 1));
    }

    void resize(int size) {
        content = Arrays.copyOf(content, size);
    }

    boolean isTracked() {
        return kind != TrackingKind.NONE;
    }

    void begin(CheckpointName checkpoint) {
        if (!isTracked()) {
            return;
        }
        bitmaps.put(checkpoint, new Bitmap());
    }

    boolean has(CheckpointName checkpoint) {
        return bitmaps.containsKey(checkpoint);
    }

    void drop(CheckpointName checkpoint) {
        bitmaps.remove(checkpoint);
    }

    /** What can be said of the writes since a checkpoint. */
    Tracking tracking(CheckpointName checkpoint) {
        Bitmap bitmap = bitmaps.get(checkpoint);
        return bitmap == null ? Tracking.MISSING : bitmap.tracking;
    }

    BitSet dirtySince(CheckpointName checkpoint) {
        Bitmap bitmap = bitmaps.get(checkpoint);
        if (bitmap == null || bitmap.tracking != Tracking.INTACT) {
            throw new IllegalStateException("nobody knows what changed since " + checkpoint);
        }
        return (BitSet) bitmap.dirty.clone();
    }

    /** Its machine's process ends in order: what is persistent is written down. */
    void stopped() {
        if (kind == TrackingKind.PERSISTENT) {
            bitmaps.values().forEach(bitmap -> bitmap.stored = true);
        } else {
            bitmaps.clear();
        }
    }

    /** Its machine's process is killed: what was written down is out of date, what was not is gone. */
    void killed() {
        bitmaps.values().removeIf(bitmap -> !bitmap.stored);
        bitmaps.values().forEach(bitmap -> bitmap.tracking = Tracking.INCONSISTENT);
    }

    /** Somebody removes the tracking of everything, as with another tool. */
    void forgetTracking() {
        bitmaps.clear();
    }
}
