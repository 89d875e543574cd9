/** libvirt under test: real machines on a libvirtd of the test's own. */
@NullMarked
package dev.lifeboat.hypervisor.libvirt;

import org.jspecify.annotations.NullMarked;
