/** Small files of its own that a process keeps on its host beside its work on a vault. */
@NullMarked
package dev.lifeboat.vault.local;

import org.jspecify.annotations.NullMarked;
