package dev.lifeboat.vault.point;

import dev.lifeboat.vault.tree.TreeRoot;
import dev.lifeboat.vault.tree.TreeShape;

/**
 * A disk of a machine in a point.
 *
 * @param name such as {@code vda}
 * @param size in bytes
 * @param stored how many of its blocks are stored
 * @param root of its tree
 */
public record DiskRecord(String name, long size, long stored, TreeRoot root) {

    public DiskRecord {
        if (size < 0 || stored < 0 || stored > TreeShape.ofDisk(size).blocks()) {
            throw new IllegalArgumentException("a disk of %d bytes with %d stored blocks".formatted(size, stored));
        }
        if (size == 0 && !(root instanceof TreeRoot.Hole)) {
            throw new IllegalArgumentException("a tree of a disk of no blocks");
        }
    }

    public TreeShape shape() {
        return TreeShape.ofDisk(size);
    }
}
