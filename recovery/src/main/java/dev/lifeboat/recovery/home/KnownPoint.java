package dev.lifeboat.recovery.home;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.nbd.NbdDisk;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.capture.ChangedBlocks;
import dev.lifeboat.vault.disk.OrderedWork;
import dev.lifeboat.vault.disk.Spare;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.point.PointManifest;
import dev.lifeboat.vault.tree.Tree;
import dev.lifeboat.vault.tree.TreeDiff;
import dev.lifeboat.vault.tree.TreeNode;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The point that a disk is said to be equal to. Were that wrong, a difference of trees would leave everything else
 * wrong that it does not name; so it is doubted first, at little cost:
 *
 * <ul>
 *   <li>Its size has to be the point's.
 *   <li>Its file must not have been written to after the moment of the point's content.
 *   <li>Blocks of it, read locally, have to have the point's fingerprints: all in which the point differs from its
 *       parent and from the one to come, which tells neighbours in the history apart, and {@value #SPREAD} that are
 *       spread over the disk, which tells other disks apart.
 * </ul>
 *
 * <p>A doubt costs nothing but time: everything is compared then.
 *
 * @param point which one
 * @param name of the disk in points
 * @param disk of the point
 */
record KnownPoint(Point point, String name, DiskRecord disk) {

    /** 16 MiB to read, and a disk that is wrong in a hundredth of its blocks passes once in 13 times by these alone. */
    static final int SPREAD = 256;

    /** @throws LifeboatException with {@link ErrorCode#VAULT_DISK_UNKNOWN} when the point does not have the disk */
    static KnownPoint of(Point point, String name) {
        return new KnownPoint(point, name, point.disk(name));
    }

    /**
     * Why the disk cannot be believed to be the point.
     *
     * @param imageBytes the disk's size as QEMU has it, in bytes
     * @param written when its file was last written; empty where that cannot be told
     */
    Optional<String> doubtFromOutside(long imageBytes, Optional<Instant> written) {
        Instant taken = point.manifest().taken();
        if (imageBytes != QemuImg.sectors(disk.size())) {
            return Optional.of("the disk has %d bytes, and %d in %s".formatted(imageBytes, disk.size(), point.id()));
        }
        // Points know of milliseconds.
        return written.filter(time -> time.truncatedTo(ChronoUnit.MILLIS).isAfter(taken))
                .map(time -> "the disk was written to at %s, and %s is of %s".formatted(time, point.id(), taken));
    }

    /**
     * Why its content shows that it is not the point. Before anything was written to it.
     *
     * @param local the disk, or the part of it that the one to come has
     * @param toward the one to come
     */
    Optional<String> doubtFromContent(Vault vault, NbdDisk local, DiskRecord toward, int processors)
            throws IOException, InterruptedException {
        Candidates probes = Candidates.of(probes(vault, toward));
        // A last block that is short here need not be there.
        long whole = local.size() == QemuImg.sectors(disk.size())
                ? Block.count(disk.size())
                : Math.min(local.size(), disk.size()) / Block.SIZE;
        Tree tree = vault.tree(disk);
        byte[] key = vault.anchor().treeKeys().fingerprintKey();
        Spare<LeafComparison> comparisons = new Spare<>(processors, () -> new LeafComparison(local, key));
        long[] wrong = {-1};
        try (OrderedWork<LeafComparison> work = new OrderedWork<>(processors, comparisons)) {
            work.run(
                    probes.leaves(disk.shape().leaves()),
                    (comparison, leaf) -> {
                        LeafComparison.Difference difference =
                                comparison.compare(tree.leaf(leaf), leaf, disk.size(), probes.ofLeaf(leaf, whole));
                        return difference.isNone()
                                ? -1L
                                : leaf * TreeNode.FANOUT
                                        + Long.numberOfTrailingZeros(difference.stored() | difference.blank());
                    },
                    (Long block) -> wrong[0] = wrong[0] < 0 ? block : wrong[0]);
        }
        return wrong[0] < 0
                ? Optional.empty()
                : Optional.of("its block %d is not that of %s".formatted(wrong[0], point.id()));
    }

    private ChangedBlocks probes(Vault vault, DiskRecord toward) {
        ChangedBlocks probes = new ChangedBlocks();
        TreeDiff.Ranges add = (first, count) -> probes.add(first * Block.SIZE, count * Block.SIZE);
        TreeDiff.compare(vault.tree(disk), vault.tree(toward), add);
        parent(vault).ifPresent(before -> TreeDiff.compare(vault.tree(before), vault.tree(disk), add));
        long blocks = Block.count(disk.size());
        for (long i = 0; i < Math.min(SPREAD, blocks); i++) {
            probes.add(i * blocks / Math.min(SPREAD, blocks) * Block.SIZE, Block.SIZE);
        }
        return probes;
    }

    /** The disk in the point before; empty when that is not there any more. */
    private Optional<DiskRecord> parent(Vault vault) {
        PointManifest.Parent parent = point.manifest().parent();
        if (parent == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(vault.point(new PointId(point.id().group(), parent.epoch(), parent.slot()))
                    .disk(name));
        } catch (LifeboatException e) {
            if (e.code() != ErrorCode.VAULT_POINT_UNKNOWN && e.code() != ErrorCode.VAULT_DISK_UNKNOWN) {
                throw e;
            }
            return Optional.empty();
        }
    }
}
