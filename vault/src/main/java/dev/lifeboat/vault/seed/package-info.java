/** A first copy that is carried to its vault on a disk: the folder on that disk, and the carrying in. */
@NullMarked
package dev.lifeboat.vault.seed;

import org.jspecify.annotations.NullMarked;
