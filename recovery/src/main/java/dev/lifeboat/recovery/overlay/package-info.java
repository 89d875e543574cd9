/** Overlays: images that take what a recovered machine writes, over its disks as they were at the point. */
@NullMarked
package dev.lifeboat.recovery.overlay;

import org.jspecify.annotations.NullMarked;
