/**
 * Disks of points, read: nodes and blocks from the store, random access with read-ahead, and whole disks copied out.
 * The vault's own order of things is below: store, keys, packs, trees.
 */
@NullMarked
package dev.lifeboat.vault.disk;

import org.jspecify.annotations.NullMarked;
