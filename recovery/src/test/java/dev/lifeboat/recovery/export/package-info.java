/** Tests of exports, on real processes. */
@NullMarked
package dev.lifeboat.recovery.export;

import org.jspecify.annotations.NullMarked;
