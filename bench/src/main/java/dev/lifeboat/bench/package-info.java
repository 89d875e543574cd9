/**
 * Benches: Lifeboat beside its peers in the same run, for anyone to repeat. Each bench measures rounds in rotating
 * order, takes medians, and says of each gate whether it was held.
 */
@NullMarked
package dev.lifeboat.bench;

import org.jspecify.annotations.NullMarked;
