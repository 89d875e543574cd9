/**
 * Images of disks on this host, raw or qcow2, and what servers offer over NBD: read as sources, and served to be
 * written.
 */
@NullMarked
package dev.lifeboat.recovery.image;

import org.jspecify.annotations.NullMarked;
