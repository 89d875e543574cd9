/**
 * A machine's description in libvirt's words becomes one that another host can keep. Nothing here calls libvirt:
 * {@link dev.lifeboat.hypervisor.libvirt.adaptation.HostOffer} is what is asked of the host.
 */
@NullMarked
package dev.lifeboat.hypervisor.libvirt.adaptation;

import org.jspecify.annotations.NullMarked;
