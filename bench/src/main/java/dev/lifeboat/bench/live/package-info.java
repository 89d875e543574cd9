/** Running machines for benches: a hypervisor host of a bench's own, and the tools that read its machines. */
@NullMarked
package dev.lifeboat.bench.live;

import org.jspecify.annotations.NullMarked;
