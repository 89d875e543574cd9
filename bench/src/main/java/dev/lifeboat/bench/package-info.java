/** Benches: Lifeboat beside its peers in the same run, for anyone to repeat. */
@NullMarked
package dev.lifeboat.bench;

import org.jspecify.annotations.NullMarked;
