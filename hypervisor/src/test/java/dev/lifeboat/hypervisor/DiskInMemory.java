package dev.lifeboat.hypervisor;

import dev.lifeboat.hypervisor.CheckpointState.Tracking;
import dev.lifeboat.hypervisor.DiskDescription.TrackingKind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
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
    private ImageInMemory image;
    private @Nullable String notCovered;
    private @Nullable Work work;

    /** Which clusters its image is known to have; QEMU keeps the newest of its tables in memory. */
    private BitSet flushed = new BitSet();

    /** A pull or a commit, which goes on when somebody looks. */
    private static final class Work {
        private final DiskChain.DiskWork.Kind kind;
        private final int clustersAtOnce;
        private boolean ready;

        private Work(DiskChain.DiskWork.Kind kind, int clustersAtOnce) {
            this.kind = kind;
            this.clustersAtOnce = clustersAtOnce;
        }
    }

    /** What is known of the writes since a checkpoint. */
    private static final class Bitmap {
        private final BitSet dirty = new BitSet();

        /** Whether it was written to the disk's own file; what was not is gone with the machine's process. */
        private boolean stored;

        private Tracking tracking = Tracking.INTACT;
    }

    DiskInMemory(String name, int size, TrackingKind kind) {
        this(name, ImageInMemory.alone("/images/" + name, size), kind);
    }

    DiskInMemory(String name, ImageInMemory image, TrackingKind kind) {
        this.name = name;
        this.kind = kind;
        this.image = image;
    }

    String name() {
        return name;
    }

    void keepIn(ImageInMemory other) {
        image = other;
    }

    byte[] content() {
        return image.all();
    }

    ImageInMemory image() {
        return image;
    }

    /** What it is made of; work that is under way has gone on a little. */
    DiskChain chain() {
        goOn();
        List<String> images = new ArrayList<>();
        for (BackingInMemory each = image;
                each != null;
                each = each instanceof ImageInMemory one ? one.beneath() : null) {
            images.add(each.name());
        }
        return new DiskChain(images, Optional.ofNullable(work).map(this::told));
    }

    private DiskChain.DiskWork told(Work underWay) {
        long total = image.size();
        long done = underWay.kind == DiskChain.DiskWork.Kind.PULL
                ? (long) image.allocated().cardinality() * CLUSTER_BYTES
                : underWay.ready ? total : 0;
        return new DiskChain.DiskWork(underWay.kind, Math.min(done, total), total, underWay.ready);
    }

    private void goOn() {
        Work underWay = work;
        if (underWay == null) {
            return;
        }
        if (underWay.kind == DiskChain.DiskWork.Kind.COMMIT) {
            underWay.ready = true;
        } else if (image.pull(underWay.clustersAtOnce)) {
            work = null;
        }
    }

    boolean isWorkedOn() {
        return work != null;
    }

    /** With a bound it goes on by a tenth of a second each time somebody looks. */
    void beginPull(long bytesPerSecond) {
        if (image.beneath() != null) {
            int clusters =
                    bytesPerSecond == 0 ? image.clusters() : (int) Math.max(1, bytesPerSecond / CLUSTER_BYTES / 10);
            work = new Work(DiskChain.DiskWork.Kind.PULL, clusters);
        }
    }

    void beginCommit() {
        work = new Work(DiskChain.DiskWork.Kind.COMMIT, 0);
    }

    void finishCommit() {
        if (image.beneath() instanceof ImageInMemory below) {
            image.commitTo(below);
            image = below;
        }
        work = null;
    }

    void stopWork() {
        work = null;
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
                image.size(),
                kind == TrackingKind.PERSISTENT ? "qcow2" : "raw",
                image.name(),
                kind,
                Optional.ofNullable(notCovered));
    }

    void write(int offset, byte[] bytes) {
        image.write(offset, bytes);
        touched(offset, bytes.length);
    }

    private void touched(int offset, int length) {
        int last = (offset + length - 1) / CLUSTER_BYTES;
        bitmaps.values().forEach(bitmap -> bitmap.dirty.set(offset / CLUSTER_BYTES, last + 1));
    }

    /** What has been written is in the image's file from now on. */
    void flush() {
        flushed = image.allocated();
    }

    /** Empty when not exactly one thing lies beneath. */
    Optional<List<DiskRange>> ownRanges() {
        BackingInMemory below = image.beneath();
        if (below == null || (below instanceof ImageInMemory one && one.beneath() != null)) {
            return Optional.empty();
        }
        List<DiskRange> ranges = new ArrayList<>();
        for (int from = flushed.nextSetBit(0); from >= 0; ) {
            int to = flushed.nextClearBit(from);
            long offset = (long) from * CLUSTER_BYTES;
            ranges.add(new DiskRange(offset, Math.min((long) to * CLUSTER_BYTES, image.size()) - offset));
            from = flushed.nextSetBit(to);
        }
        return Optional.of(List.copyOf(ranges));
    }

    void resize(int size) {
        image.resize(size);
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
        work = null;
        if (kind == TrackingKind.PERSISTENT) {
            bitmaps.values().forEach(bitmap -> bitmap.stored = true);
        } else {
            bitmaps.clear();
        }
    }

    /** Its machine's process is killed: what was written down is out of date, what was not is gone. */
    void killed() {
        work = null;
        bitmaps.values().removeIf(bitmap -> !bitmap.stored);
        bitmaps.values().forEach(bitmap -> bitmap.tracking = Tracking.INCONSISTENT);
    }

    /** Somebody removes the tracking of everything, as with another tool. */
    void forgetTracking() {
        bitmaps.clear();
    }
}
