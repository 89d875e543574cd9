/** Microbenches of what every block of a disk goes through. Run on demand, see docs/benches.md. */
@NullMarked
package dev.lifeboat.bench.jmh;

import org.jspecify.annotations.NullMarked;
