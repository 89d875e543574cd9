/** Definitions of all kinds, and hosts that have little. */
@NullMarked
package dev.lifeboat.hypervisor.libvirt.adaptation;

import org.jspecify.annotations.NullMarked;
