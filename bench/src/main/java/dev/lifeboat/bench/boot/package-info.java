/** Machines that come up, from a local disk and out of a vault, on a hypervisor host of a bench's own. */
@NullMarked
package dev.lifeboat.bench.boot;

import org.jspecify.annotations.NullMarked;
