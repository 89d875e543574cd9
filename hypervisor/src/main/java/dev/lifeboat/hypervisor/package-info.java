/**
 * What Lifeboat asks of a hypervisor: to list and describe machines, to show a disk as it was at one moment together
 * with what changed since a moment before, and to start and stop machines. {@link dev.lifeboat.hypervisor.Hypervisor}
 * is the port; everything that is special to one product stays behind it.
 */
@NullMarked
package dev.lifeboat.hypervisor;

import org.jspecify.annotations.NullMarked;
