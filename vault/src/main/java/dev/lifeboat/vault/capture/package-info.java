/**
 * Disks, taken: from a disk's content to blocks in packs and a new tree. Zero? Same as before at this place? Known
 * elsewhere? Only then compressed, sealed and stored.
 */
@NullMarked
package dev.lifeboat.vault.capture;

import org.jspecify.annotations.NullMarked;
