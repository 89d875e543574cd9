/**
 * The store that the business comes back from: recovery points of disks, encrypted before they leave, deduplicated, and
 * readable with nothing but the store, its specification and the key.
 */
@NullMarked
package dev.lifeboat.vault;

import org.jspecify.annotations.NullMarked;
