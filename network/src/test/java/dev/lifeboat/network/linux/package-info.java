/** Realms on a Linux host of a test's own. */
@NullMarked
package dev.lifeboat.network.linux;

import org.jspecify.annotations.NullMarked;
