/**
 * libvirt as a hypervisor: {@link dev.lifeboat.hypervisor.libvirt.LibvirtHypervisor} keeps the port's contract over
 * libvirt's C library (https://libvirt.org/html/), which is bound by
 * {@link dev.lifeboat.hypervisor.libvirt.LibvirtLibrary} alone. QEMU's monitor is asked where libvirt has no call: for
 * the bitmaps that are really there.
 */
@NullMarked
package dev.lifeboat.hypervisor.libvirt;

import org.jspecify.annotations.NullMarked;
