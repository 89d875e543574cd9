/**
 * Two sites with real machines on one computer, so that a site can be lost for real. A site is a set of namespaces with
 * an init process of their own; its hosts run libvirt and QEMU; killing the init is the disaster. The truth about a lab
 * is what the kernel says stands: there is no record of process ids that could be wrong.
 */
@NullMarked
package dev.lifeboat.lab;

import org.jspecify.annotations.NullMarked;
