/** The hypervisor's contract as tests, and what they stand on. */
@NullMarked
package dev.lifeboat.hypervisor;

import org.jspecify.annotations.NullMarked;
