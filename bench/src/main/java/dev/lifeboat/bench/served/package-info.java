/** The export of a recovered machine beside qemu-nbd, read by tools of others. */
@NullMarked
package dev.lifeboat.bench.served;

import org.jspecify.annotations.NullMarked;
