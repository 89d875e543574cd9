/**
 * Relays: what stands between a guest and the export of its disks, so that the guest does not notice when the export is
 * started again.
 */
@NullMarked
package dev.lifeboat.recovery.relay;

import org.jspecify.annotations.NullMarked;
