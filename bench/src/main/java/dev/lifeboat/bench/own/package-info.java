/** Lifeboat's own side of the benches that measure a running process. */
@NullMarked
package dev.lifeboat.bench.own;

import org.jspecify.annotations.NullMarked;
